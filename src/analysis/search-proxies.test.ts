import { beforeAll, describe, expect, test } from "vitest";
import { createRandomStream } from "../numerics/random.ts";
import type { ActiveEntries } from "./active-entries.ts";
import type { ContextProxy } from "./context-proxy.ts";
import { type EncodedHalf, type SearchProxiesOptions, searchProxies } from "./search-proxies.ts";
import type { MatchProfile, ProxyFinding, Specificity } from "./specificity.ts";
import {
  addToSample,
  addToThresholdTally,
  chooseThresholds,
  createActivationSample,
  createThresholdTally,
  findBestThreshold,
} from "./threshold-tally.ts";

// Planted data: feature 3 is the planted proxy; features 5, 7 and 9 cover the split proxy's thirds; the rest fire at random.
// Neuron 2 is always on and loud on the planted proxy; neuron 4 is loud on the selection alone.
const [T, FEATURES, NEURONS, ROWS_PER_BATCH] = [32, 24, 6, 96];
const planned = (name: string): ContextProxy => ({
  name,
  title: `The ${name} one`,
  rule: { kind: "label", label: "domain", values: [name] },
});
const PROXIES: readonly ContextProxy[] = [planned("planted"), planned("split"), planned("nowhere")];

interface PlantedHalf extends EncodedHalf {
  readonly features: readonly Float32Array[]; // per token [FEATURES]
  readonly neurons: readonly Float32Array[]; // per token [NEURONS]
}

function plantHalf(name: "selection" | "judgement", tokens: number): PlantedHalf {
  const random = createRandomStream(3, name);
  let draws = 0;
  const chance = (share: number) => random.uniform(draws++) < share;
  const amount = (scale = 1) => Math.fround(scale * (0.1 + random.uniform(draws++)));
  const truths = PROXIES.map(() => new Uint8Array(tokens));
  const features: Float32Array[] = [];
  const neurons: Float32Array[] = [];
  for (let token = 0; token < tokens; token++) {
    const planted = chance(0.05);
    const third = chance(0.12) ? Math.floor(3 * random.uniform(draws++)) : -1;
    truths[0]![token] = Number(planted);
    truths[1]![token] = Number(third >= 0);
    const isFiring = (feature: number) => {
      if (feature === 3) return planted ? chance(0.9) : chance(0.004);
      if (feature === 5 + 2 * third) return true;
      return chance([5, 7, 9].includes(feature) ? 0.002 : 0.06);
    };
    features.push(Float32Array.from({ length: FEATURES }, (_, i) => (isFiring(i) ? amount(i === 3 ? 2 : 1) : 0)));
    const neuron = Float32Array.from({ length: NEURONS }, () => (chance(0.4) ? amount() : 0));
    neuron[2] = amount() + (planted ? 2 : 0);
    if (name === "selection") neuron[4] = planted ? 50 : 0;
    neurons.push(neuron);
  }
  return { tokens, truths, features, neurons, read: () => readBatches(features, neurons) };
}

async function* readBatches(features: readonly Float32Array[], neurons: readonly Float32Array[]) {
  for (let first = 0; first < features.length; first += ROWS_PER_BATCH) {
    const batch = (rows: readonly Float32Array[]) => compress(rows.slice(first, first + ROWS_PER_BATCH));
    yield [batch(features), batch(neurons)] as const;
  }
}

/** Entries in the layout of sparse codes, with room for more rows than are used and rubbish where nothing is. */
function compress(rows: readonly Float32Array[]): ActiveEntries {
  const capacity = rows[0]!.length + 1;
  const counts = new Int32Array(ROWS_PER_BATCH).fill(1);
  const indices = new Int32Array(ROWS_PER_BATCH * capacity).fill(1);
  const values = new Float32Array(ROWS_PER_BATCH * capacity).fill(99);
  rows.forEach((row, r) => {
    const active = [...row.entries()].filter(([, value]) => value > 0);
    counts[r] = active.length;
    active.forEach(([index, value], k) => {
      indices[r * capacity + k] = index;
      values[r * capacity + k] = value;
    });
  });
  return { rows: rows.length, capacity, counts, indices, values };
}

/** Scores in float64 from the definitions, with means first. */
function scoreDirectly(activation: readonly number[], fired: readonly boolean[], truth: Uint8Array) {
  const both = fired.filter((on, token) => on && truth[token] === 1).length;
  const precision = both / fired.filter((on) => on).length;
  const recall = both / truth.reduce((a, b) => a + b, 0);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const y = Array.from(truth);
  const [meanF, meanY] = [mean(activation), mean(y)];
  const covariance = mean(activation.map((f, token) => (f - meanF) * (y[token]! - meanY)));
  const varianceF = mean(activation.map((f) => (f - meanF) ** 2));
  const varianceY = mean(y.map((value) => (value - meanY) ** 2));
  return {
    precision,
    recall,
    f1: (2 * precision * recall) / (precision + recall),
    pearson: covariance / Math.sqrt(varianceF * varianceY),
  };
}

async function search(options: Partial<SearchProxiesOptions> = {}) {
  const steps = searchProxies({
    proxies: PROXIES,
    features: FEATURES,
    neurons: NEURONS,
    contextLength: T,
    selection,
    judgement,
    ...options,
  });
  const tokens: number[] = [];
  for (;;) {
    const next = await steps.next();
    if (next.done) return { result: next.value.specificity, profiles: next.value.profiles, tokens };
    expect(next.value.ofTokens).toBe(3 * selection.tokens + 2 * judgement.tokens);
    tokens.push(next.value.tokens);
  }
}

function searched(result: Specificity, proxy: number): Extract<ProxyFinding, { kind: "searched" }> {
  const finding = result.findings[proxy]!;
  if (finding.kind === "searched") return finding;
  throw new Error(`${finding.proxy} is ${finding.kind}`);
}

const selection = plantHalf("selection", 40 * T);
const judgement = plantHalf("judgement", 31 * T);

describe("on planted data", () => {
  let result: Specificity;
  let tokens: readonly number[];
  beforeAll(async () => {
    ({ result, tokens } = await search());
  });

  test("the planted feature is found and scored on the tokens that had no part in choosing it", () => {
    const { feature, positives } = searched(result, 0);
    const activation = judgement.features.map((row) => row[3]!);
    const expected = scoreDirectly(
      activation,
      activation.map((f) => f > 0),
      judgement.truths[0]!,
    );
    for (const match of [feature.byF1!, feature.byPearson!]) {
      expect(match).toMatchObject({ index: 3, threshold: 0 });
      for (const [name, value] of Object.entries(expected))
        expect(match[name as keyof typeof expected], name).toBeCloseTo(value, 10);
      expect(match.intervals.f1[0]).toBeLessThan(match.f1);
      expect(match.intervals.f1[1]).toBeGreaterThan(match.f1);
    }
    expect(positives).toEqual({
      selection: selection.truths[0]!.filter((y) => y === 1).length,
      judgement: judgement.truths[0]!.filter((y) => y === 1).length,
    });
  });

  test("the union of three planted features is found, and its activation is their sum", () => {
    const { union, feature } = searched(result, 1);
    expect([...union!.features].sort((a, b) => a - b)).toEqual([5, 7, 9]);
    expect(union!.features[0]).toBe(feature.byF1!.index);
    expect(union!.exact).toBe(true);
    const activation = judgement.features.map((row) => row[5]! + row[7]! + row[9]!);
    const expected = scoreDirectly(
      activation,
      activation.map((f) => f > 0),
      judgement.truths[1]!,
    );
    expect(expected.f1).toBeGreaterThan(0.95);
    for (const [name, value] of Object.entries(expected))
      expect(union![name as keyof typeof expected], name).toBeCloseTo(value, 10);
  });

  test("a proxy without a token is reported as absent", () => {
    expect(result.findings[2]).toEqual({
      proxy: "nowhere",
      title: "The nowhere one",
      rule: "tokens of documents labelled domain = nowhere",
      positives: { selection: 0, judgement: 0 },
      kind: "absent",
    });
  });

  test("a neuron that fits the selection alone is chosen, and judged to be worth nothing", () => {
    const { neuron } = searched(result, 0);
    for (const match of [neuron.byF1!, neuron.byPearson!]) expect(match).toMatchObject({ index: 4 });
    expect(neuron.byPearson!.pearson).toBeLessThan(0.2);
    expect(neuron.byF1!.f1).toBeLessThan(0.2);
  });

  test("progress counts the selection three times and the judgement twice", () => {
    expect(tokens.at(-1)).toBe(3 * selection.tokens + 2 * judgement.tokens);
    expect(tokens).toEqual(tokens.toSorted((a, b) => a - b));
  });
});

/** A profile in float64 from the definitions, both halves together. */
function profileDirectly(side: "features" | "neurons", index: number, proxy: number) {
  const activation = [selection, judgement].flatMap((half) => half[side].map((row) => row[index]!));
  const truth = Uint8Array.from([...selection.truths[proxy]!, ...judgement.truths[proxy]!]);
  const maximum = Math.max(...activation);
  const inLevel = (f: number, level: number) =>
    f > (level * maximum) / 40 && (f <= ((level + 1) * maximum) / 40 || level === 39);
  const levels = (weigh: (f: number, token: number) => number) =>
    Array.from({ length: 40 }, (_, level) =>
      activation.reduce((sum, f, token) => sum + (f > 0 && inLevel(f, level) ? weigh(f, token) : 0), 0),
    );
  const fired = activation.map((f) => f > 0);
  return {
    ...scoreDirectly(activation, fired, truth),
    maximum,
    counts: levels(() => 1),
    positives: levels((_, token) => truth[token]!),
    mass: levels((f) => f),
    positiveMass: levels((f, token) => f * truth[token]!),
  };
}

test("profiles count each level on all tokens, the best first, and take in what was chosen", async () => {
  const { result, profiles: all } = await search();
  const { feature, union, neuron } = searched(result, 1);
  const profiles = all[1]!;
  const list = (side: readonly MatchProfile[]) => side.map(({ index }) => index);
  expect(list(profiles.features)).toEqual(expect.arrayContaining([feature.byF1!.index, ...union!.features]));
  expect(list(profiles.neurons)).toEqual(expect.arrayContaining([neuron.byF1!.index, neuron.byPearson!.index]));
  expect(profiles.features.map(({ f1 }) => f1)).toEqual(
    profiles.features.map(({ f1 }) => f1).toSorted((a, b) => b - a),
  );
  expect(profiles.features.length).toBe(FEATURES);
  for (const side of ["features", "neurons"] as const)
    for (const profile of profiles[side]) {
      const expected = profileDirectly(side, profile.index, 1);
      for (const name of ["precision", "recall", "f1", "pearson"] as const)
        expect(profile[name], name).toBeCloseTo(Number.isNaN(expected[name]) ? 0 : expected[name], 10);
      expect(profile.maximum).toBe(expected.maximum);
      expect(profile.counts).toEqual(expected.counts);
      expect(profile.positives).toEqual(expected.positives);
      for (const [level, mass] of profile.mass.entries()) {
        expect(mass).toBeCloseTo(expected.mass[level]!, 4);
        expect(profile.positiveMass[level]).toBeCloseTo(expected.positiveMass[level]!, 4);
      }
    }
});

test("a neuron that is always on but louder on the proxy is found by its threshold", async () => {
  const quiet = (half: PlantedHalf): EncodedHalf => {
    const neurons = half.neurons.map((row) => row.map((value, i) => (i === 4 ? 0 : value)));
    return { ...half, read: () => readBatches(half.features, neurons) };
  };
  const { result } = await search({ selection: quiet(selection), judgement: quiet(judgement) });
  const { neuron } = searched(result, 0);
  const match = neuron.byF1WithThreshold!;
  const activation = judgement.neurons.map((row) => row[2]!);
  const expected = scoreDirectly(
    activation,
    activation.map((f) => f > match.threshold),
    judgement.truths[0]!,
  );
  expect(match.index).toBe(2);
  expect(neuron.byF1!.f1).toBeLessThan(0.3);
  expect(match.f1).toBeGreaterThan(0.8);
  expect(match.f1).toBeCloseTo(expected.f1, 10);
  expect(match.pearson).toBeCloseTo(expected.pearson, 10);
});

test("thresholds are tried on features too, and 0 is kept where none is better on the selection", () => {
  const sample = createActivationSample(2, 4);
  addToSample(
    sample,
    {
      rows: 4,
      capacity: 1,
      counts: Int32Array.of(1, 1, 1, 0),
      indices: Int32Array.of(1, 1, 1, 9),
      values: Float32Array.of(3, 1, 2, 9),
    },
    0,
  );
  const thresholds = chooseThresholds(sample);
  expect([...new Set(thresholds.subarray(0, 21))]).toEqual([0]);
  expect([...new Set(thresholds.subarray(21))]).toEqual([0, 1, 2, 3]);
  const tally = createThresholdTally(thresholds, 1);
  const entries = { rows: 3, capacity: 1, counts: Int32Array.of(1, 1, 1), indices: Int32Array.of(1, 1, 1) };
  addToThresholdTally(tally, { ...entries, values: Float32Array.of(1.5, 2.5, 3.5) }, [Uint8Array.of(0, 1, 1)], 0);
  expect(findBestThreshold(tally, 0, 2)).toEqual({ index: 1, threshold: 2 });
  const always = createThresholdTally(thresholds, 1);
  addToThresholdTally(always, { ...entries, values: Float32Array.of(1.5, 2.5, 3.5) }, [Uint8Array.of(1, 1, 1)], 0);
  expect(findBestThreshold(always, 0, 3)!.threshold).toBeLessThanOrEqual(1);
});

test("with room for few entries a union comes from fewer candidates and says when it may not be the best", async () => {
  const { result } = await search({ unionEntries: 60 });
  const { union } = searched(result, 1);
  expect(union!.candidates).toBeLessThan(5);
  expect(union!.exact).toBe(false);
});
