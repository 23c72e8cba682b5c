import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createRunFolder, hashRun, runStages, SMALLEST } from "../../test/support/small-run.ts";
import { type FeaturePackHeader, openFeaturePack } from "../store/feature-pack.ts";
import { isRunDirectoryLocked } from "../store/lock.ts";
import { runPaths } from "../store/run-directory.ts";
import type { RunEvent } from "./events.ts";
import { resolveExperiment } from "./experiment.ts";
import { readPreset } from "./presets.ts";
import { runExperiment } from "./run-experiment.ts";

const folder = createRunFolder("look");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TRAINING = ["tokenize", "train-model", "harvest", "train-dictionary"] as const;
const directory = join(folder, "run");
const paths = runPaths(directory);

/** A training that can be held at any of its events, with its lock. */
function startTraining(signal: AbortSignal): AsyncGenerator<RunEvent> {
  const experiment = resolveExperiment(readPreset("tiny"), SMALLEST, "the smallest run");
  return runExperiment(
    { directory, experiment, stages: TRAINING, dictionaryName: "main", backend: "auto", threads: 1 },
    signal,
  );
}

async function reachVectors(training: AsyncGenerator<RunEvent>, vectors: number): Promise<void> {
  for (;;) {
    const { value, done } = await training.next();
    if (done === true) throw new Error("the training ended before");
    if (value.kind === "progress" && value.stage === "train-dictionary" && value.done >= vectors) return;
  }
}

async function look(): Promise<{ header: FeaturePackHeader; note: string }> {
  const events = await runStages({ directory, stages: ["features"] });
  const pack = openFeaturePack(paths.dictionary("main").pack);
  pack.close();
  const note = events.find((event) => event.kind === "note");
  return { header: pack.header, note: note?.kind === "note" ? note.sentence : "" };
}

test("a dictionary is looked at while it learns and when it was stopped, and what it learns is the same", async () => {
  const stopping = new AbortController();
  const running = startTraining(stopping.signal);
  await reachVectors(running, 5 * 32);
  expect(isRunDirectoryLocked(directory)).toBe(true);
  const early = await look();
  expect(early.note).toContain("the checkpoint of step 3;");
  expect(early.header).toMatchObject({ partial: true, leftOut: ["effects", "correlations"], correlationTokens: 0 });

  stopping.abort();
  await expect(reachVectors(running, Number.POSITIVE_INFINITY)).rejects.toThrow("the same command goes on");
  const late = await look();
  expect(late.note).toMatch(/the checkpoint of step ([5-9]|1[01]);/);
  expect(late.header.dictionarySha256).not.toBe(early.header.dictionarySha256);
  expect(existsSync(join(directory, "stages", "features-main.json"))).toBe(false);

  await runStages({ directory, stages: [...TRAINING, "features"] });
  const whole = join(folder, "whole");
  await runStages({ directory: whole, stages: [...TRAINING, "features"] });
  expect(hashRun(directory)).toEqual(hashRun(whole));
});

test("a look that ends after the training did leaves the finished pages alone", async () => {
  rmSync(directory, { recursive: true });
  const running = startTraining(new AbortController().signal);
  await reachVectors(running, 5 * 32);
  const experiment = resolveExperiment(readPreset("tiny"), SMALLEST, "the smallest run");
  const looking = runExperiment(
    { directory, experiment, stages: ["features"], dictionaryName: "main", backend: "auto", threads: 1 },
    new AbortController().signal,
  );
  await looking.next();
  for await (const event of running) expect(event.kind).not.toBe("warning");
  await runStages({ directory, stages: ["features"] });
  const { "dictionaries/main/lock": _, ...finished } = hashRun(directory);
  const events: RunEvent[] = [];
  for await (const event of looking) events.push(event);
  expect(events.at(-1)).toMatchObject({ kind: "warning", sentence: expect.stringContaining("finished meanwhile") });
  expect(hashRun(directory)).toEqual(finished);
});
