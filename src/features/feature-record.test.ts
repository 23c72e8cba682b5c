import { expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import { type Example, type FeatureRecord, parseFeatureRecord, renderFeatureRecord } from "./feature-record.ts";
import { createFeatureTable, parseFeatureTable, renderFeatureTable } from "./feature-table.ts";

const random = createRandomStream(5, "record");
const maximum = Math.fround(3.7);

/** Effects of both signs, the largest 0.75. */
const effect = (i: number) => (i === 4 ? 0.75 : 1.5 * (random.uniform(50_000 + i) - 0.5));

function createExample(i: number, id: (k: number) => number): Example {
  return {
    context: 4_000_000_000 - i,
    position: i % 128,
    document: 70_000 + i,
    repeats: i + 1,
    tokens: Array.from({ length: 9 }, (_, k) => (k === 0 ? -1 : id(9 * i + k))),
    activations: Array.from({ length: 9 }, (_, k) =>
      k === 4 ? maximum : k % 2 === 0 ? 0 : maximum * random.uniform(9 * i + k),
    ),
    effects: Array.from({ length: 9 }, (_, k) => (k % 2 === 1 || k === 4 ? effect(9 * i + k) : 0)),
  };
}

function createRecord(id = (k: number) => k % 5000): FeatureRecord {
  const examples = (count: number, first: number) =>
    Array.from({ length: count }, (_, i) => createExample(first + i, id));
  const ranks = Array.from({ length: 10 }, (_, rank) => rank);
  const bins = (factor: number) => Uint32Array.from({ length: 40 }, (_, i) => factor * i);
  return {
    index: 131_071,
    firings: 3_999_999_999,
    sum: 1234.567890123,
    sumOfSquares: 0.1 + 0.2,
    sumOfCubes: 1e300,
    sumOfFourths: -0.5,
    maximum,
    window: 4,
    histogram: bins(100_000_000),
    groups: [
      { kind: "top", examples: examples(20, 0) },
      { kind: "interval", interval: 10, examples: examples(5, 20) },
      { kind: "interval", interval: 0, examples: examples(1, 25) },
      { kind: "bottom", examples: examples(20, 26) },
      { kind: "random", examples: examples(20, 46) },
      { kind: "near-miss", examples: examples(10, 66) },
    ],
    logits: {
      positive: Array.from({ length: 10 }, (_, i) => ({ token: 65_530 + i, weight: 1 - i / 16 })),
      negative: Array.from({ length: 10 }, (_, i) => ({ token: i, weight: i / 16 - 1 })),
      histogram: bins(1),
      minimum: -1,
      maximum: 1,
    },
    neurons: [{ index: 511, weight: -0.25, shareOfL1: 0.125 }],
    correlatedNeurons: ranks.map((rank) => ({ index: 40 * rank, pearson: (-0.5) ** rank })),
    correlatedFeatures: ranks.map((rank) => ({ index: 131_072 - rank, pearson: 1 - rank / 16 })),
    nearestFeatures: ranks.slice(3).map((rank) => ({ index: rank, cosine: 1 - rank / 16 })),
    direction: { topShare: 0.375, nextShare: 0.25, kurtosis: 17.5 },
    ablation: { firings: 64, mean: 0.125, low: -0.0625, high: 0.3125 },
  };
}

/** The record with its activations and effects left out, and those in order. */
function split(record: FeatureRecord) {
  const examples = record.groups.flatMap((group) => group.examples);
  const activations = examples.flatMap((example) => example.activations);
  const effects = examples.flatMap((example) => example.effects!);
  const groups = record.groups.map((group) => ({
    ...group,
    examples: group.examples.map((example) => ({ ...example, activations: null, effects: null })),
  }));
  return { activations, effects, rest: { ...record, groups } };
}

function worstError(got: readonly number[], wanted: readonly number[]): number {
  return Math.max(...got.map((value, i) => Math.abs(value - wanted[i]!)));
}

test("a record gives back everything exactly but activations and effects, which are off by half a unit at most", () => {
  const wanted = split(createRecord());
  const got = split(parseFeatureRecord(renderFeatureRecord(createRecord())));
  expect(got.rest).toEqual(wanted.rest);
  expect(worstError(got.activations, wanted.activations)).toBeLessThanOrEqual((0.5 * maximum) / 65_535 + 1e-12);
  expect(worstError(got.activations, wanted.activations)).toBeGreaterThan(0);
  expect(worstError(got.effects, wanted.effects)).toBeLessThanOrEqual((0.5 * 0.75) / 8191 + 1e-12);
  expect(worstError(got.effects, wanted.effects)).toBeGreaterThan(0);
});

test("activations of 0 and of the maximum stay exactly that", () => {
  const { activations } = split(parseFeatureRecord(renderFeatureRecord(createRecord())));
  const wanted = split(createRecord()).activations;
  wanted.forEach((value, i) => {
    if (value === 0 || value === maximum) expect(activations[i]).toBe(value);
  });
});

test("ids of any vocabulary survive", () => {
  for (const id of [0, 126, 127, 16_383, 65_535, 4_000_000, 2 ** 32 - 1]) {
    const record = createRecord(() => id);
    const parsed = parseFeatureRecord(renderFeatureRecord(record));
    expect(split(parsed).rest).toEqual(split(record).rest);
  }
});

test("a full page's record takes about 5 kB where a feature is active on two or three tokens of a window", () => {
  const examples = Array.from({ length: 125 }, (_, i) => {
    const example = createExample(i, (k) => k % 8000);
    const isShown = (k: number) => k === 4 || (k === 5 && i % 2 === 0) || k === 1;
    return {
      ...example,
      context: 60_000 + i,
      document: 9000 + i,
      repeats: 1,
      activations: example.activations.map((value, k) => (isShown(k) ? value : 0)),
      effects: example.effects!.map((value, k) => (isShown(k) ? value : 0)),
    };
  });
  const { byteLength } = renderFeatureRecord({ ...createRecord(), groups: [{ kind: "top", examples }] });
  expect(byteLength).toBeLessThan(5800);
});

test("a silent feature without logits is a record too", () => {
  const silent: FeatureRecord = {
    ...createRecord(),
    firings: 0,
    maximum: 0,
    groups: [],
    logits: null,
    neurons: [],
    correlatedNeurons: [],
    correlatedFeatures: [],
    nearestFeatures: [],
    ablation: null,
  };
  expect(parseFeatureRecord(renderFeatureRecord(silent))).toEqual(silent);
});

test("sections of a later version are skipped", () => {
  const bytes = renderFeatureRecord(createRecord());
  const longer = new Uint8Array(bytes.length + 5 + 3);
  longer.set(bytes);
  longer.set([200, 3, 0, 0, 0, 7, 7, 7], bytes.length);
  expect(parseFeatureRecord(longer)).toEqual(parseFeatureRecord(bytes));
});

test("records are read from anywhere within a larger buffer", () => {
  const bytes = renderFeatureRecord(createRecord());
  const larger = new Uint8Array(bytes.length + 13);
  larger.set(bytes, 3);
  expect(parseFeatureRecord(larger.subarray(3, 3 + bytes.length))).toEqual(parseFeatureRecord(bytes));
});

test("a record cut off anywhere is refused", () => {
  const bytes = renderFeatureRecord(createRecord());
  for (let length = 0; length < bytes.length; length += length < 200 ? 1 : 17) {
    const cut = bytes.subarray(0, length);
    const isLackingAblationOnly = length === bytes.length - (5 + 1 + 3 * 4);
    if (isLackingAblationOnly) expect(parseFeatureRecord(cut).ablation).toBeNull();
    else expect(() => parseFeatureRecord(cut), `${length} bytes`).toThrow(Error);
  }
});

test("damaged bytes give an Error or another record, never a hang or a huge allocation", () => {
  const bytes = renderFeatureRecord(createRecord());
  let refused = 0;
  for (let round = 0; round < 500; round++) {
    const damaged = bytes.slice();
    const places = round % 2 === 0 ? bytes.length : 260;
    for (let i = 0; i < 3; i++)
      damaged[random.integer(9000 + 3 * round + i, places)] = random.integer(20_000 + 3 * round + i, 256);
    try {
      parseFeatureRecord(damaged);
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message).toContain("feature record");
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(20);
});

test("another version is refused by name", () => {
  const bytes = renderFeatureRecord(createRecord());
  bytes[0] = 1;
  expect(() => parseFeatureRecord(bytes)).toThrow("feature record has version 1, this tool reads version 2");
});

test("a table gives back its columns, from an odd address too", () => {
  const table = createFeatureTable(7);
  table.firings.set([1, 2, 3, 4_000_000_000]);
  table.maximum.set([0.5, 1.5]);
  table.mean.set([0.25]);
  table.topTokens.set([70_000, 5], 3);
  table.kurtosis.set([3.5]);
  table.ablation.set([-0.25], 2);
  table.directionTopShare.set([0.5], 6);
  table.maximumLogit.set([0.75], 1);
  table.logitTokens.set([9, 8, 7, 6, 70_000], 5);
  const bytes = renderFeatureTable(table);
  expect(parseFeatureTable(bytes)).toEqual(table);
  const larger = new Uint8Array(bytes.length + 1);
  larger.set(bytes, 1);
  expect(parseFeatureTable(larger.subarray(1))).toEqual(table);
  expect(table.topTokens[0]).toBe(-1);
});

test("a table cut off anywhere is refused", () => {
  const bytes = renderFeatureTable(createFeatureTable(3));
  for (let length = 0; length < bytes.length; length++) {
    expect(() => parseFeatureTable(bytes.subarray(0, length)), `${length} bytes`).toThrow(Error);
  }
});

test("a table whose columns are of different lengths is refused", () => {
  const table = { ...createFeatureTable(3), mean: new Float32Array(4) };
  expect(() => parseFeatureTable(renderFeatureTable(table))).toThrow("column 3 has 16 bytes, wanted 12");
});
