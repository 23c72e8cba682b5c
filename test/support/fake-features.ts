import type { Example, ExampleGroup, FeatureRecord } from "../../src/features/feature-record.ts";
import { HISTOGRAM_BINS, INTERVALS } from "../../src/features/feature-record.ts";
import { createRandomStream } from "../../src/numerics/random.ts";
import type { Tokenizer } from "../../src/text/tokenizer.ts";

/** Held-out tokens cut into contexts, as a pack builder sees them. */
export interface FakeStream {
  readonly tokens: Int32Array;
  readonly contextLength: number;
}

const WINDOW = 4;
const PATTERNS = [
  /\p{Script=Arabic}/u,
  /\p{Script=Hebrew}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Han}/u,
  /[ACGT]{3}/,
  /\d/,
  /\n/,
  /[🎉🍕🥤👍]/u,
];

/**
 * A feature that could be real, with every number consistent with its examples: each eighth is dead, number 1 is dense,
 * the first others fire on a script, the rest on a few tokens of their own.
 */
export function createFakeFeature(index: number, stream: FakeStream, tokenizer: Tokenizer): FeatureRecord {
  const activations = activate(index, stream, tokenizer);
  const active = [...activations.keys()].filter((at) => activations[at]! > 0);
  const maximum = active.reduce((high, at) => Math.max(high, activations[at]!), 0);
  const histogram = new Uint32Array(HISTOGRAM_BINS);
  for (const at of active) {
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.ceil((activations[at]! / maximum) * HISTOGRAM_BINS) - 1);
    histogram[bin] = histogram[bin]! + 1;
  }
  const random = createRandomStream(index, "fake feature");
  return {
    index,
    firings: active.length,
    sum: active.reduce((total, at) => total + activations[at]!, 0),
    sumOfSquares: active.reduce((total, at) => total + activations[at]! ** 2, 0),
    sumOfCubes: active.reduce((total, at) => total + activations[at]! ** 3, 0),
    sumOfFourths: active.reduce((total, at) => total + activations[at]! ** 4, 0),
    maximum,
    window: WINDOW,
    histogram,
    groups: maximum === 0 ? [] : chooseGroups(stream, activations, active, maximum),
    logits: createLogits(index, tokenizer.vocabularySize),
    neurons: [0, 1, 2].map((rank) => ({
      index: Math.floor(random.uniform(rank) * 512),
      weight: Math.fround((rank % 2 === 0 ? 1 : -1) * (0.4 - 0.08 * rank)),
      shareOfL1: Math.fround(0.06 - 0.01 * rank),
    })),
    ...createNeighbours(index),
    direction: {
      topShare: Math.fround(0.02 + 0.4 * random.uniform(20) ** 4),
      nextShare: Math.fround(0.05 + 0.1 * random.uniform(21)),
      kurtosis: Math.fround(20 * random.uniform(22) ** 3),
    },
    ablation: active.length === 0 ? null : createAblation(index, active.length),
  };
}

function createNeighbours(
  index: number,
): Pick<FeatureRecord, "correlatedNeurons" | "correlatedFeatures" | "nearestFeatures"> {
  const random = createRandomStream(index, "neighbours");
  const ranks = Array.from({ length: 10 }, (_, rank) => rank);
  const pearson = (rank: number, most: number) => Math.fround(most / (1 + 0.4 * rank));
  const correlatedNeurons = ranks.map((rank) => ({
    index: Math.floor(random.uniform(rank) * 512),
    pearson: (rank % 3 === 1 ? -1 : 1) * pearson(rank, 0.2 + 0.6 * random.uniform(100)),
  }));
  if (index % 8 === 0) return { correlatedNeurons: [], correlatedFeatures: [], nearestFeatures: [] };
  const others = ranks.map((rank) => index + rank + 1 - 11 * Number(index > 20)).filter((other) => other % 8 !== 0);
  return {
    correlatedNeurons,
    correlatedFeatures: others.map((other, rank) => ({ index: other, pearson: pearson(rank, 0.6) })),
    nearestFeatures: others.toReversed().map((other, rank) => ({ index: other, cosine: pearson(rank, 0.8) })),
  };
}

function createAblation(index: number, firings: number): FeatureRecord["ablation"] {
  const sampled = Math.min(64, firings);
  const mean = 0.4 * createRandomStream(index, "ablation").uniform(0) - 0.05;
  const half = 0.5 / Math.sqrt(sampled);
  return { firings: sampled, mean: Math.fround(mean), low: Math.fround(mean - half), high: Math.fround(mean + half) };
}

function activate(index: number, { tokens }: FakeStream, tokenizer: Tokenizer): Float32Array {
  if (index % 8 === 0) return new Float32Array(tokens.length);
  const random = createRandomStream(index, "activation");
  const pattern = index >= 2 && index < 8 ? PATTERNS[index - 2] : PATTERNS[index - 9 + 6];
  const own = new Set([0, 1, 2].map((which) => Math.floor(random.uniform(which) * tokenizer.vocabularySize)));
  return Float32Array.from(tokens, (token, at) => {
    const strength = random.uniform(at + 10);
    if (index === 1) return strength < 0.3 ? strength : 0;
    const fires = pattern === undefined ? own.has(token) : pattern.test(tokenizer.tokenText(token));
    return fires ? 0.02 + 9 * strength ** 2 : strength < 0.001 ? 0.3 * strength : 0;
  });
}

function chooseGroups(
  stream: FakeStream,
  activations: Float32Array,
  active: readonly number[],
  maximum: number,
): ExampleGroup[] {
  const sorted = active.toSorted((a, b) => activations[b]! - activations[a]!);
  const example = (at: number) => createExample(stream, activations, at);
  const groups: ExampleGroup[] = [{ kind: "top", examples: sorted.slice(0, 20).map(example) }];
  for (let interval = INTERVALS - 1; interval >= 0; interval--) {
    const inside = sorted.filter(
      (at) => Math.min(INTERVALS - 1, Math.floor((activations[at]! / maximum) * INTERVALS)) === interval,
    );
    if (inside.length > 0) groups.push({ kind: "interval", interval, examples: inside.slice(0, 5).map(example) });
  }
  const silent = [...activations.keys()].filter((at) => activations[at] === 0).slice(0, 20);
  if (silent.length > 0) groups.push({ kind: "bottom", examples: silent.map(example) });
  const step = Math.max(1, Math.floor(active.length / 20));
  const drawn = Array.from({ length: Math.min(20, active.length) }, (_, i) => active[i * step]!);
  groups.push({ kind: "random", examples: drawn.map(example) });
  const centres = new Set(sorted.slice(0, 20).map((at) => stream.tokens[at]!));
  const missed = [...activations.keys()].filter((at) => activations[at] === 0 && centres.has(stream.tokens[at]!));
  if (missed.length > 0) groups.push({ kind: "near-miss", examples: missed.slice(0, 10).map(example) });
  return groups;
}

function createExample({ tokens, contextLength }: FakeStream, activations: Float32Array, at: number): Example {
  const context = Math.floor(at / contextLength);
  const places = Array.from({ length: 2 * WINDOW + 1 }, (_, offset) => at + offset - WINDOW);
  const effects = createRandomStream(0, "effects");
  const isInside = (place: number) => Math.floor(place / contextLength) === context && place < tokens.length;
  return {
    context,
    position: at % contextLength,
    document: Math.floor(at / 40),
    repeats: (at % 7) + 1 > 6 ? 3 : 1,
    tokens: places.map((place) => (isInside(place) ? tokens[place]! : -1)),
    activations: places.map((place) => (isInside(place) ? activations[place]! : 0)),
    effects: places.map((place) =>
      isInside(place) && isInside(place + 1) ? 0.1 * activations[place]! * (effects.uniform(place) - 0.3) : 0,
    ),
  };
}

function createLogits(index: number, vocabularySize: number): FeatureRecord["logits"] {
  const random = createRandomStream(index, "logits");
  const weights = Array.from({ length: vocabularySize }, (_, token) => ({
    token,
    weight: Math.fround(
      (random.uniform(token) + random.uniform(token + 1e6) + random.uniform(token + 2e6) - 1.5) * 0.3,
    ),
  })).sort((a, b) => b.weight - a.weight);
  const minimum = weights.at(-1)!.weight;
  const maximum = weights[0]!.weight;
  const histogram = new Uint32Array(HISTOGRAM_BINS);
  for (const { weight } of weights) {
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.floor(((weight - minimum) / (maximum - minimum)) * HISTOGRAM_BINS));
    histogram[bin] = histogram[bin]! + 1;
  }
  return { positive: weights.slice(0, 10), negative: weights.slice(-10).reverse(), histogram, minimum, maximum };
}
