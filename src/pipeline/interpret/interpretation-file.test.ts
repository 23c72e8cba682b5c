import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type InterpretedFeature, readInterpreted, writeInterpretation } from "./interpretation-file.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-interpretation-"));
afterAll(() => rmSync(folder, { recursive: true }));

const key = {
  format: 2,
  ...{ exam: 1, dictionary: "main", dictionarySha256: "a", tokensSha256: "b" },
  ...{ method: "rules 1", seed: 0 },
} as const;

function interpreted(feature: number, spearman: number): InterpretedFeature {
  const rest = { pearson: 0.5, weightedSpearman: 0.1, weightedPearson: 0.1, logits: null, detection: 1, fuzzing: 1 };
  return { feature, singleToken: false, explanation: "Level 1 on “x”.", scores: { spearman, ...rest }, examples: [] };
}

const features = [interpreted(3, 0.1), interpreted(1, 0.3), interpreted(2, 0.8)];

test("results are read as they were written, with the medians of the sample beside them", () => {
  const path = join(folder, "written.json");
  const summary = writeInterpretation(path, { ...key, tooFewExamples: [9], features }, features.slice(0, 2));
  expect(summary.all.spearman).toMatchObject({ median: 0.2, count: 2 });
  expect(JSON.parse(readFileSync(path, "utf8")).summary).toEqual(summary);
  expect([...readInterpreted(path, key)]).toEqual(features.map((one) => [one.feature, one]));
});

test("results of another examination, other weights or another text are none, as is a file that is damaged or missing", () => {
  const path = join(folder, "other.json");
  writeInterpretation(path, { ...key, tooFewExamples: [], features }, features);
  for (const change of [{ seed: 1 }, { exam: 2 }, { dictionarySha256: "c" }, { tokensSha256: "c" }, { method: "m" }])
    expect(readInterpreted(path, { ...key, ...change }).size).toBe(0);
  expect(readInterpreted(join(folder, "missing.json"), key).size).toBe(0);
  writeFileSync(path, readFileSync(path, "utf8").slice(0, 300));
  expect(readInterpreted(path, key).size).toBe(0);
  writeFileSync(path, JSON.stringify({ ...key, tooFewExamples: [], features: [{ feature: "3" }] }));
  expect(readInterpreted(path, key).size).toBe(0);
});
