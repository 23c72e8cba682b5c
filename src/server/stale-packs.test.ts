import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { FeaturePackHeader } from "../store/feature-pack.ts";
import { hashArray } from "../store/hash-array.ts";
import { runPaths } from "../store/run-directory.ts";
import { writeSafetensors } from "../store/safetensors.ts";
import { createRunCatalogue } from "./run-catalogue.ts";
import { createStalePacks } from "./stale-packs.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-stale-"));
const run = join(folder, "run");
const { weights } = runPaths(run).dictionary("main");
const decoder = Float32Array.of(1, 0, 0, 1, 0.6, 0.8);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function learn(rows: Float32Array): void {
  const tensors = { encoder: new Float32Array(6), decoder: rows, decoderBias: new Float32Array(2) };
  const stored = Object.entries(tensors).map(([name, data]) => [name, { shape: [data.length], data }] as const);
  writeSafetensors(weights, new Map(stored), {});
}

test("a pack of the weights on the disk is not warned of; one of others is, and again not when they are back", async () => {
  learn(decoder);
  const dictionary = createRunCatalogue([run]).findDictionary("run-main")!;
  const header = { dictionarySha256: hashArray(decoder), partial: false } as FeaturePackHeader;
  const { warn } = createStalePacks();
  expect(await warn(dictionary, header)).toBeNull();
  learn(decoder.toReversed());
  expect(await warn(dictionary, header)).toContain("computed from another dictionary");
  expect(await warn(dictionary, { ...header, partial: true })).toBeNull();
  learn(decoder);
  expect(await warn(dictionary, header)).toBeNull();
  writeFileSync(weights, "damaged");
  expect(await warn(dictionary, header)).toBeNull();
  rmSync(weights);
  expect(await warn(dictionary, header)).toBeNull();
});
