import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { FeatureRecord } from "../../features/feature-record.ts";
import { openAnnotations } from "../../store/annotations.ts";
import type { InterpretedFeature } from "./interpretation-file.ts";
import { createKeeper } from "./keep-interpretation.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-keeper-"));
afterAll(() => rmSync(folder, { recursive: true }));

const WEIGHTS = "0".repeat(64);
const options = {
  path: join(folder, "analyses", "kept.json"),
  labels: join(folder, "labels.sqlite"),
  key: {
    format: 2,
    ...{ exam: 1, dictionary: "main", dictionarySha256: WEIGHTS, tokensSha256: "b" },
    ...{ method: "rules 1", seed: 0 },
  } as const,
  sample: { records: [5, 2].map((index) => ({ index }) as FeatureRecord), tooFewExamples: [] },
  known: new Map<number, InterpretedFeature>(),
};

function interpreted(feature: number, explanation: string | null, spearman: number | null): InterpretedFeature {
  const rest = { weightedSpearman: 0, weightedPearson: 0, logits: null, detection: 1, fuzzing: 1 };
  return { feature, singleToken: true, explanation, scores: { spearman, pearson: spearman, ...rest }, examples: [] };
}

test("explanations are kept with their scores, the file in the sample's order, others behind", () => {
  const keeper = createKeeper({ ...options, known: new Map([[7, interpreted(7, "old", 0.9)]]) });
  keeper.add(interpreted(2, "Level 3 on “a”.", 0.5));
  keeper.add(interpreted(5, null, null));
  const summary = keeper.finish();
  expect(summary).toMatchObject({ features: 2, unanswered: 1 });
  const kept = JSON.parse(readFileSync(options.path, "utf8"));
  expect(kept.features.map(({ feature }: InterpretedFeature) => feature)).toEqual([5, 2, 7]);
  const annotations = openAnnotations(options.labels);
  expect(annotations.read("main", WEIGHTS).explanations).toEqual([
    { feature: 2, text: "Level 3 on “a”.", method: "rules 1", score: 0.5, stale: false },
  ]);
  annotations.close();
});

test("what a method says cannot bring characters that steer what shows them, and no more than there is room for", () => {
  const keeper = createKeeper(options);
  keeper.add(interpreted(2, `a\u0000b\u202ec\nd\ud800 ${"x".repeat(5000)}`, 0.5));
  keeper.finish();
  const annotations = openAnnotations(options.labels);
  const { text } = annotations.read("main", WEIGHTS).explanations[0]!;
  expect(text.startsWith("a�b�c�d� xxx")).toBe(true);
  expect(text).toHaveLength(4000);
  annotations.close();
});
