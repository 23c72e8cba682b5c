import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { learnSuperposition } from "../../test/support/learn-superposition.ts";
import { createRepetitiveText, createTinyTransformer } from "../../test/support/tiny-feature-model.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import type { DictionaryLook } from "../metrics/dictionary-look.ts";
import { readDensityHistory } from "../store/density-history.ts";
import { readEvents } from "../store/event-log.ts";
import { runPaths } from "../store/run-directory.ts";
import { readSafetensors } from "../store/safetensors.ts";
import { writeAtomically } from "../store/write-atomically.ts";
import { Interrupted } from "./stage.ts";

const kernels = createReferenceKernels();
const folder = mkdtempSync(join(tmpdir(), "monosem-watch-"));
const whole = join(folder, "whole");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pathsOf = (directory: string) => runPaths(directory).dictionary("main");
const looksOf = (directory: string) =>
  readEvents(pathsOf(directory).metricsLog).filter(({ kind }) => kind === "look") as unknown as DictionaryLook[];

describe("a dictionary that is watched", () => {
  beforeAll(() => learnSuperposition({ kernels, directory: whole }));

  test("is looked at evenly over the run and at its end, each look with the loss of the last logged step", () => {
    const looks = looksOf(whole);
    const steps = Array.from({ length: 20 }, (_, index) => Math.ceil(((index + 1) * 375) / 20));
    expect(looks.map(({ step }) => step)).toEqual(steps);
    const lines = readEvents(pathsOf(whole).metricsLog);
    for (const [index, line] of lines.entries()) {
      if (line.kind !== "look") continue;
      const step = lines.slice(0, index).findLast(({ kind }) => kind === "step")!;
      expect([line.loss, line.reconstruction, line.sparsity]).toEqual([step.loss, step.reconstruction, step.sparsity]);
    }
    expect(looks.at(-1)).toMatchObject({ vectors: 375 * 64, steps: 375, width: 32, features: 64 });
  });

  test("keeps every feature's firings, from which the logged figures follow", () => {
    const { tensors } = readSafetensors(pathsOf(whole).densityHistory);
    expect(tensors.get("counts")!.shape).toEqual([20, 64]);
    const history = readDensityHistory(pathsOf(whole).densityHistory);
    expect(history.reduce((sum, { vectors }) => sum + vectors, 0)).toBe(375 * 64);
    for (const [index, look] of looksOf(whole).entries()) {
      const { counts, vectors, step } = history[index]!;
      expect([look.step, look.window]).toEqual([step, vectors]);
      expect(look.l0).toBeCloseTo(counts.reduce((a, b) => a + b, 0) / vectors, 9);
      expect(look.silent).toBe(counts.filter((count) => count === 0).length / 64);
      const recent = history.slice(Math.max(0, index - 9), index + 1);
      expect(look.recent.window).toBe(recent.reduce((sum, window) => sum + window.vectors, 0));
      const everSilent = [...counts.keys()].filter((feature) => recent.every((window) => window.counts[feature] === 0));
      expect(look.recent.silent).toBe(everSilent.length / 64);
    }
  });

  test("says that there is no loss recovered where there is no model", () => {
    for (const look of looksOf(whole))
      expect(look).toMatchObject({ lossRecovered: null, crossEntropy: null, heldOutTokens: 0 });
  });

  test("stopped at any place and gone on with leaves the same bytes", async () => {
    const directory = join(folder, "stopped");
    for (const stopAt of [3, 101, 250, 360])
      await expect(learnSuperposition({ kernels, directory, stopAt })).rejects.toThrow(Interrupted);
    await learnSuperposition({ kernels, directory });
    for (const name of ["metricsLog", "densityHistory", "weights"] as const)
      expect(readFileSync(pathsOf(directory)[name]).equals(readFileSync(pathsOf(whole)[name])), name).toBe(true);
  });

  test("drops looks that a killed process kept after its last checkpoint", async () => {
    const directory = join(folder, "killed");
    await expect(learnSuperposition({ kernels, directory, stopAt: 120 })).rejects.toThrow(Interrupted);
    writeAtomically(pathsOf(directory).densityHistory, readFileSync(pathsOf(whole).densityHistory));
    await learnSuperposition({ kernels, directory });
    expect(readFileSync(pathsOf(directory).densityHistory).equals(readFileSync(pathsOf(whole).densityHistory))).toBe(
      true,
    );
  });
});

test("with a model, each look measures the loss that the reconstruction costs it", async () => {
  const directory = join(folder, "model");
  const model = createTinyTransformer(kernels);
  const text = createRepetitiveText(120, model.config.contextLength, model.config.vocabularySize);
  const corpus = runPaths(directory).corpus;
  writeAtomically(corpus.tokens("valid"), new Uint8Array(text.tokens.buffer));
  writeAtomically(corpus.documents("valid"), '{"start":0,"labels":{}}\n');
  const dictionary = { activations: 3200, looks: 2, site: "blocks.1.mlp.hook_post" };
  await learnSuperposition({ kernels, directory, model, dictionary });
  for (const { crossEntropy, lossRecovered, heldOutTokens } of looksOf(directory)) {
    expect(heldOutTokens).toBe(512);
    const { clean, zeroAblated, meanAblated, reconstructed } = crossEntropy!;
    expect(lossRecovered!.zero).toBeCloseTo((zeroAblated - reconstructed) / (zeroAblated - clean), 12);
    expect(lossRecovered!.mean).toBeCloseTo((meanAblated - reconstructed) / (meanAblated - clean), 12);
  }
  const [first, last] = looksOf(directory);
  expect(last!.crossEntropy!.clean).toBe(first!.crossEntropy!.clean);
  expect(last!.crossEntropy!.reconstructed).not.toBe(first!.crossEntropy!.reconstructed);
});

test("where text is dear, the loss is measured at the first look, the last and some between", async () => {
  const directory = join(folder, "spared");
  const model = createTinyTransformer(kernels);
  const text = createRepetitiveText(120, model.config.contextLength, model.config.vocabularySize);
  const corpus = runPaths(directory).corpus;
  writeAtomically(corpus.tokens("valid"), new Uint8Array(text.tokens.buffer));
  writeAtomically(corpus.documents("valid"), '{"start":0,"labels":{}}\n');
  const dictionary = { activations: 6400, looks: 20, site: "blocks.1.mlp.hook_post" };
  await learnSuperposition({ kernels, directory, model, dictionary });
  const measured = looksOf(directory).map(({ lossRecovered }) => lossRecovered !== null);
  expect(measured).toEqual(Array.from({ length: 20 }, (_, index) => index % 2 === 0 || index === 19));
});
