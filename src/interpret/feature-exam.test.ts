import { expect, test } from "vitest";
import type { FeatureRecord } from "../features/feature-record.ts";
import type { PassagePool } from "./compose-examples.ts";
import { createFeatureExam, type ExamMaterial } from "./feature-exam.ts";
import type { Passage, PassageSource } from "./passage.ts";

const MAXIMUM = 9;
const VOCABULARY = 400;

/** Passages of their own contexts; the token in the centre is 1, and the feature is active on it with `level`. */
function passages(source: PassageSource, count: number, level: number, first: number): Passage[] {
  return Array.from({ length: count }, (_, i) => ({
    source,
    context: first + i,
    position: 30,
    document: first + i,
    tokens: [10, 11, 12, 13, 1, 15, 16, 17, 2 + ((first + i) % 390)],
    activations: [0, 0, 0, 0, level, 0, 0, 0, 0],
  }));
}

const pool: PassagePool = {
  top: passages({ kind: "top" }, 20, MAXIMUM, 0),
  intervals: Array.from({ length: 11 }, (_, interval) =>
    passages({ kind: "interval", interval }, 5, ((interval + 0.5) * MAXIMUM) / 11, 20 + 5 * interval),
  ),
  bottom: passages({ kind: "bottom" }, 20, 0, 80),
  random: passages({ kind: "random" }, 60, 0, 100),
  elsewhere: passages({ kind: "elsewhere" }, 45, 3, 200),
  firings: passages({ kind: "firing" }, 25, 4, 250),
};

const record = {
  index: 17,
  firings: 800,
  maximum: MAXIMUM,
  histogram: new Uint32Array(40).fill(20),
  logits: {
    positive: [{ token: 5, weight: 1 }],
    negative: [{ token: 6, weight: -1 }],
    histogram: new Uint32Array(40),
    minimum: -1,
    maximum: 1,
  },
} as unknown as FeatureRecord;

const material: ExamMaterial = {
  record,
  tokens: 10_000,
  pool,
  logits: Float32Array.from({ length: VOCABULARY }, (_, i) => -i),
  inUse: Int32Array.from({ length: VOCABULARY }, (_, i) => i),
  spell: (ids) => ids.map((id) => ({ text: `<${id}>`, scripts: [] })),
  labelsOf: (document) => ({ domain: `document ${document}` }),
  seed: 0,
};

test("an examination asks for 540 levels, 100 tokens, 40 passages and 20 marks, and its key answers each", () => {
  const { feature, questions, key } = createFeatureExam(material);
  expect(feature).toBe(17);
  expect(questions.examples).toHaveLength(49);
  expect(questions.passages.flatMap(({ tokens }) => tokens)).toHaveLength(540);
  expect(key.levels.flat()).toHaveLength(540);
  expect([questions.logitTokens.length, key.raised.length]).toEqual([100, 100]);
  expect([questions.detection.length, key.active.length]).toEqual([40, 40]);
  expect([questions.fuzzing.length, key.markedRight.length]).toEqual([20, 20]);
  expect(questions.raised.map(({ text }) => text)).toEqual(["<5>"]);
  expect(questions.lowered.map(({ text }) => text)).toEqual(["<6>"]);
});

test("levels are ninths of the maximum, and the true ones stand in the key alone", () => {
  const { questions, key } = createFeatureExam(material);
  const top = questions.examples.find(({ source }) => source.kind === "top")!;
  expect(top.levels).toEqual([0, 0, 0, 0, 9, 0, 0, 0, 0]);
  expect(top.tokens[4]!.text).toBe("<1>");
  expect(top.labels.domain).toMatch(/^document \d+$/);
  expect(key.levels.filter((levels) => levels[4] === 9).length).toBeGreaterThanOrEqual(6);
  for (const passage of [...questions.passages, ...questions.detection])
    expect(Object.keys(passage).sort()).toEqual(["labels", "tokens"]);
});

test("weights follow the passages through their shuffling", () => {
  const { key } = createFeatureExam(material);
  // Ten random ones weigh 1, two silent ones 0.92, all others 800 / 11 firings of 10,000 tokens.
  expect(key.weights.filter((weight) => weight === 1)).toHaveLength(10);
  expect(key.weights.filter((weight) => Math.abs(weight - 0.92) < 1e-12)).toHaveLength(2);
  expect(key.weights.filter((weight) => Math.abs(weight - 800 / 11 / 10_000) < 1e-12)).toHaveLength(48);
  key.weights.forEach((weight, i) => {
    if (weight > 0.5) expect(key.levels[i]![4]).toBe(0);
  });
});

test("places outside a context are not asked about", () => {
  const cut = (passage: Passage): Passage => ({ ...passage, tokens: [-1, -1, ...passage.tokens.slice(2)] });
  const { questions, key } = createFeatureExam({ ...material, pool: { ...pool, top: pool.top.map(cut) } });
  expect(key.levels.filter((levels) => levels.length === 7)).toHaveLength(6);
  expect(questions.passages.map(({ tokens }) => tokens.length)).toEqual(key.levels.map((levels) => levels.length));
  expect(questions.passages.flatMap(({ tokens }) => tokens).map(({ text }) => text)).not.toContain("<-1>");
});

test("a feature without a direct effect has no logit test", () => {
  const { questions, key } = createFeatureExam({ ...material, record: { ...record, logits: null }, logits: null });
  expect([questions.raised, questions.logitTokens, key.raised]).toEqual([[], [], []]);
});
