import { describe, expect, test } from "vitest";
import type { AutoencoderWeights } from "../../src/autoencoder/autoencoder.ts";
import type { Dictionary } from "../../src/autoencoder/dictionary.ts";
import { createNeuronDictionary } from "../../src/autoencoder/neuron-dictionary.ts";
import { createDictionary, type FeatureSelection } from "../../src/autoencoder/top-k-dictionary.ts";
import { buildFeatureRecords, type FeatureSummary } from "../../src/features/build-pack.ts";
import type { FeatureRecord } from "../../src/features/feature-record.ts";
import { createSparseCodes, type Kernels } from "../../src/kernels/kernels.ts";
import { createReferenceKernels } from "../../src/kernels/reference.ts";
import type { SiteName } from "../../src/model/sites.ts";
import { createTokenBatch, writeTokenBatch } from "../../src/model/token-batch.ts";
import { forward } from "../../src/model/transformer.ts";
import { createWorkspace } from "../../src/model/workspace.ts";
import { createRandomStream } from "../../src/numerics/random.ts";
import { backends } from "../support/backends.ts";
import { type Closeness, expectClose, expectRanking } from "../support/expect-close.ts";
import {
  createPlainRunner,
  deviationOf,
  dot,
  meanOf,
  multiply,
  type PlainPass,
  rowsOf,
} from "../support/plain-pass.ts";
import type { Rows } from "../support/plain-transformer.ts";
import { createRepetitiveText, createTinyDictionary, createTinyTransformer } from "../support/tiny-feature-model.ts";

// Everything in a record once more, from the weights, by plain loops over dense matrices in float64.

const truth = createReferenceKernels("float64");
const model = createTinyTransformer(truth);
const { contextLength: T, vocabularySize: V } = model.config;
const CONTEXTS = 24;
const FEATURES = 24;
const SEED = 7;
const WINDOW = 2;
const stream = createRepetitiveText(CONTEXTS, T, V);
const tokenCounts = new Float64Array(V);
for (const token of stream.tokens) tokenCounts[token]!++;
const contextTokens = (context: number) => [...stream.tokens.slice(context * T, (context + 1) * T)];
const targetsOf = (context: number) => [...stream.tokens.slice(context * T + 1, (context + 1) * T + 1)];
const runPlainly = createPlainRunner(model);
const clean: PlainPass[] = Array.from({ length: CONTEXTS }, (_, c) => runPlainly(contextTokens(c), targetsOf(c)));

interface Subject {
  readonly site: SiteName;
  readonly selection: FeatureSelection | "neurons";
  readonly ablation: "direct" | "rerun";
}

const SUBJECTS: readonly Subject[] = [
  { site: "blocks.1.mlp.hook_post", selection: { kind: "relu" }, ablation: "direct" },
  { site: "blocks.1.mlp.hook_post", selection: { kind: "topk", k: 3 }, ablation: "direct" },
  { site: "blocks.1.mlp.hook_post", selection: { kind: "batch-topk", threshold: 0.3 }, ablation: "direct" },
  { site: "blocks.1.mlp.hook_post", selection: "neurons", ablation: "direct" },
  { site: "blocks.1.hook_resid_post", selection: { kind: "relu" }, ablation: "direct" },
  { site: "blocks.1.hook_mlp_out", selection: { kind: "relu" }, ablation: "direct" },
  { site: "blocks.0.mlp.hook_post", selection: { kind: "topk", k: 3 }, ablation: "rerun" },
  { site: "blocks.1.mlp.hook_pre", selection: { kind: "relu" }, ablation: "rerun" },
  { site: "blocks.0.hook_resid_pre", selection: { kind: "topk", k: 3 }, ablation: "rerun" },
  { site: "blocks.1.attn.hook_z", selection: { kind: "relu" }, ablation: "rerun" },
];

interface Wanted {
  readonly weights: AutoencoderWeights;
  readonly directions: Rows;
  /** The site's activations and the features' [tokens, ...]. */
  readonly x: Rows;
  readonly f: Rows;
}

function createSubject(kernels: Kernels, { site, selection }: Subject): Dictionary {
  const width = clean[0]!.sites.get(site)![0]!.length;
  if (selection === "neurons") return createNeuronDictionary(kernels, width);
  return createDictionary(kernels, createTinyDictionary(kernels, FEATURES, width).weights, selection);
}

function encodePlainly({ site, selection }: Subject): Wanted {
  const x = clean.flatMap((pass) => pass.sites.get(site)!);
  const { weights } = createTinyDictionary(truth, FEATURES, x[0]!.length);
  if (selection === "neurons") {
    const identity = x[0]!.map((_, i) => x[0]!.map((_, k) => (i === k ? 1 : 0)));
    return { weights, directions: identity, x, f: x.map((row) => row.map((v) => Math.max(0, v))) };
  }
  const [E, D, e, b] = [weights.encoder, weights.decoder, weights.encoderBias, weights.decoderBias].map(rowsOf) as [
    Rows,
    Rows,
    Rows,
    Rows,
  ];
  const f = x.map((row) => {
    const dense = E.map((encoder, i) => {
      const centred = row.map((v, k) => v - b[0]![k]!);
      return Math.max(0, dot(encoder, centred) + e[0]![i]!);
    });
    const least =
      selection.kind === "topk"
        ? dense.toSorted((a, c) => c - a)[selection.k - 1]!
        : selection.kind === "batch-topk"
          ? selection.threshold
          : 0;
    return dense.map((v) => (v >= least ? v : 0));
  });
  return { weights, directions: D, x, f };
}

async function build(
  kernels: Kernels,
  subject: Subject,
): Promise<{ records: FeatureRecord[]; summary: FeatureSummary }> {
  const records: FeatureRecord[] = [];
  const events = buildFeatureRecords({
    model: kernels === truth ? model : createTinyTransformer(kernels),
    dictionary: createSubject(kernels, subject),
    site: subject.site,
    stream,
    contexts: CONTEXTS,
    seed: SEED,
    tokenCounts,
    window: WINDOW,
    batch: 8,
  });
  for (;;) {
    const next = await events.next();
    if (next.done === true) return { records, summary: next.value };
    if (next.value.kind === "record") records.push(next.value.record);
  }
}

function pearsonOf(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const centredA = a.map((v) => v - meanA);
  const centredB = b.map((v) => v - meanB);
  return dot(centredA, centredB) / Math.sqrt(dot(centredA, centredA) * dot(centredB, centredB));
}

/** Change of every loss of a context when the feature's part is taken from each of its tokens, by a whole second pass. */
function createAblation({ site }: Subject, { directions, f }: Wanted): (feature: number, context: number) => number[] {
  const known = new Map<string, number[]>();
  return (feature, context) => {
    const key = `${feature} ${context}`;
    const ablated =
      known.get(key) ??
      runPlainly(contextTokens(context), targetsOf(context), (name, rows) => {
        if (name !== site) return;
        rows.forEach((row, t) => {
          const activation = f[context * T + t]![feature]!;
          rows[t] = row.map((v, k) => v - activation * directions[feature]![k]!);
        });
      }).losses.map((loss, t) => loss - clean[context]!.losses[t]!);
    known.set(key, ablated);
    return ablated;
  };
}

const column = (rows: Rows, i: number) => rows.map((row) => row[i]!);

function checkMoments(record: FeatureRecord, { f }: Wanted, closeness: Closeness): void {
  const values = column(f, record.index).filter((v) => v > 0);
  const power = (exponent: number) => values.reduce((sum, v) => sum + v ** exponent, 0);
  expect(record.firings).toBe(values.length);
  const sums = [record.sum, record.sumOfSquares, record.sumOfCubes, record.sumOfFourths];
  sums.forEach((sum, i) => {
    expectClose(sum, power(i + 1), closeness, `sum of powers ${i + 1} of ${record.index}`);
  });
  expectClose(record.maximum, Math.max(0, ...values), closeness, "maximum");
  const histogram = new Uint32Array(40);
  for (const v of values) histogram[Math.min(39, Math.max(0, Math.ceil((v / record.maximum) * 40) - 1))]!++;
  const moved = histogram.reduce((sum, count, bin) => sum + Math.abs(count - record.histogram[bin]!), 0);
  expect(moved, "values in another bin, those on an edge").toBe(0);
}

function checkNeighbours(record: FeatureRecord, { f, x, directions }: Wanted, closeness: Closeness): void {
  const own = column(f, record.index);
  const others = directions.map((_, index) => index).filter((index) => index !== record.index);
  const isDead = record.firings === 0;
  const neurons = x[0]!.map((_, index) => ({ index, value: pearsonOf(own, column(x, index)) }));
  expectRanking(
    record.correlatedNeurons.map(({ index, pearson }) => ({ index, value: pearson })),
    isDead
      ? []
      : neurons
          .filter(({ value }) => !Number.isNaN(value))
          .map((entry) => ({ ...entry, score: Math.abs(entry.value) })),
    closeness,
    `neurons correlated with ${record.index}`,
  );
  const features = others.map((index) => ({ index, value: pearsonOf(own, column(f, index)) }));
  expectRanking(
    record.correlatedFeatures.map(({ index, pearson }) => ({ index, value: pearson })),
    features.filter(({ value }) => value > 0).map((entry) => ({ ...entry, score: entry.value })),
    closeness,
    `features correlated with ${record.index}`,
  );
  const norm = (index: number) => Math.sqrt(dot(directions[index]!, directions[index]!));
  const cosines = others.map((index) => ({
    index,
    value: dot(directions[record.index]!, directions[index]!) / norm(record.index) / norm(index),
  }));
  expectRanking(
    record.nearestFeatures.map(({ index, cosine }) => ({ index, value: cosine })),
    cosines.filter(({ value }) => value > 0).map((entry) => ({ ...entry, score: entry.value })),
    closeness,
    `features nearest to ${record.index}`,
  );
}

function checkDirection(record: FeatureRecord, { directions }: Wanted, closeness: Closeness): void {
  const direction = directions[record.index]!;
  const squares = direction.map((v) => v * v).sort((a, b) => b - a);
  const norm = squares.reduce((sum, v) => sum + v, 0);
  const mean = meanOf(direction);
  const second = meanOf(direction.map((v) => (v - mean) ** 2));
  const { topShare, nextShare, kurtosis } = record.direction;
  expectClose(topShare, squares[0]! / norm, closeness, "top share");
  expectClose(nextShare, squares.slice(1, 10).reduce((sum, v) => sum + v, 0) / norm, closeness, "next share");
  expectClose(kurtosis, meanOf(direction.map((v) => (v - mean) ** 4)) / second ** 2 - 3, closeness, "kurtosis");
  const sorted = direction.map((weight, index) => ({ index, weight })).sort((a, b) => b.weight ** 2 - a.weight ** 2);
  const l1 = direction.reduce((sum, v) => sum + Math.abs(v), 0);
  expect(record.neurons.map(({ index }) => index)).toEqual(sorted.slice(0, 3).map(({ index }) => index));
  for (const { weight, shareOfL1 } of record.neurons) {
    expectClose(shareOfL1, Math.abs(weight) / l1, closeness, "share of L1");
  }
}

function checkLogits(record: FeatureRecord, site: SiteName, { directions }: Wanted, closeness: Closeness): void {
  const [layer, kind] = [site.slice(7, 8), site.slice(9)];
  const direction = directions[record.index]!;
  const path = kind === "mlp.hook_post" ? "mlp.c_proj" : kind === "attn.hook_z" ? "attn.c_proj" : null;
  if (kind === "mlp.hook_pre") {
    expect(record.logits).toBeNull();
    return;
  }
  const matrix = path === null ? null : rowsOf(model.parameters.get(`h.${layer}.${path}.weight`)!);
  const written = matrix === null ? direction : multiply([direction], matrix)[0]!;
  const last = clean.flatMap(({ sites }) => sites.get("blocks.1.hook_resid_post")!);
  const scale = meanOf(last.map((row) => deviationOf(row, model.config.layerNormEpsilon)));
  const gain = rowsOf(model.parameters.get("ln_f.weight")!)[0]!;
  const mean = meanOf(written);
  const normed = written.map((v, i) => ((v - mean) * gain[i]!) / scale);
  const used = rowsOf(model.parameters.get("lm_head.weight")!)
    .map((row, token) => ({ token, weight: dot(row, normed) }))
    .filter(({ token }) => tokenCounts[token]! > 0)
    .sort((a, b) => b.weight - a.weight);
  const middle = [used[Math.floor((used.length - 1) / 2)]!, used[Math.ceil((used.length - 1) / 2)]!];
  const median = meanOf(middle.map(({ weight }) => weight));
  const { positive, negative, minimum, maximum } = record.logits!;
  positive.forEach(({ weight }, i) => {
    expectClose(weight, used[i]!.weight - median, closeness, `positive logit ${i} of ${record.index}`);
  });
  negative.forEach(({ weight }, i) => {
    expectClose(weight, used.at(-1 - i)!.weight - median, closeness, `negative logit ${i} of ${record.index}`);
  });
  expectClose(maximum, used[0]!.weight - median, closeness, "largest logit weight");
  expectClose(minimum, used.at(-1)!.weight - median, closeness, "smallest logit weight");
}

function checkExamples(
  record: FeatureRecord,
  { f }: Wanted,
  ablate: (feature: number, context: number) => number[],
  closeness: Closeness,
): void {
  for (const { examples } of record.groups) {
    for (const { context, position, activations, effects } of examples) {
      for (let place = 0; place <= 2 * WINDOW; place++) {
        const at = position + place - WINDOW;
        const isInside = at >= 0 && at < T;
        const what = `feature ${record.index}, context ${context}, position ${at}`;
        const activation = isInside ? f[context * T + at]![record.index]! : 0;
        expectClose(activations[place]!, activation, closeness, `activation of ${what}`);
        expectClose(
          effects![place]!,
          isInside ? ablate(record.index, context)[at]! : 0,
          closeness,
          `effect of ${what}`,
        );
      }
    }
  }
}

function checkMeanEffect(
  record: FeatureRecord,
  { f }: Wanted,
  ablate: (feature: number, context: number) => number[],
  closeness: Closeness,
): void {
  const priorities = createRandomStream(SEED, "random firings");
  const sampled = f
    .map((_, token) => token)
    .filter((token) => f[token]![record.index]! > 0)
    .sort((a, b) => priorities.bits(b) - priorities.bits(a))
    .slice(0, 64);
  if (sampled.length === 0) {
    expect(record.ablation).toBeNull();
    return;
  }
  const effects = sampled.map((token) => ablate(record.index, Math.floor(token / T))[token % T]!);
  const mean = meanOf(effects);
  expect(record.ablation!.firings).toBe(sampled.length);
  expectClose(record.ablation!.mean, mean, closeness, `mean effect of ${record.index}`);
  const random = record.groups.find(({ kind }) => kind === "random")!.examples;
  expect(random.map(({ context, position }) => context * T + position)).toEqual(sampled.slice(0, 20));
  const deviation = Math.sqrt(effects.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (effects.length - 1));
  const quantiles = [mean - record.ablation!.low, record.ablation!.high - mean].map(
    (width) => width / (deviation / Math.sqrt(effects.length)),
  );
  if (sampled.length < 2) expect(quantiles).toEqual([Number.NaN, Number.NaN]);
  else if (deviation > 1e-3) expect(Math.min(...quantiles)).toBeGreaterThan(1.99);
  if (sampled.length === 64) for (const quantile of quantiles) expect(quantile).toBeCloseTo(1.9983, 2);
}

function checkNearMisses(record: FeatureRecord, { f }: Wanted): void {
  const examplesOf = (kind: string) => record.groups.find((group) => group.kind === kind)?.examples ?? [];
  const centres = new Set(examplesOf("top").map(({ tokens }) => tokens[WINDOW]!));
  const missed = f.filter((row, token) => row[record.index]! === 0 && centres.has(stream.tokens[token]!)).length;
  for (const { context, position } of examplesOf("near-miss")) {
    expect(f[context * T + position]![record.index]).toBe(0);
    expect(centres).toContain(stream.tokens[context * T + position]);
  }
  const shown = examplesOf("near-miss").reduce((sum, { repeats }) => sum + repeats, 0);
  if (missed <= 10) expect(shown).toBe(missed);
  else expect(examplesOf("near-miss").length).toBeGreaterThan(0);
}

async function checkSubject(kernels: Kernels, subject: Subject, { statistics, effects }: Tolerances): Promise<void> {
  const wanted = encodePlainly(subject);
  const { records, summary } = await build(kernels, subject);
  const ablate = createAblation(subject, wanted);
  expect(summary).toMatchObject({ ablation: subject.ablation, correlationTokens: CONTEXTS * T });
  expect(records.length).toBe(wanted.directions.length);
  const own = kernels === truth ? wanted : { ...wanted, ...(await encodeOn(kernels, subject)) };
  for (const record of records) {
    checkMoments(record, own, statistics);
    checkNeighbours(record, own, statistics);
    checkDirection(record, wanted, statistics);
    checkNearMisses(record, own);
    checkLogits(record, subject.site, wanted, effects);
    checkExamples(record, wanted, ablate, effects);
    checkMeanEffect(record, wanted, ablate, effects);
  }
}

/** The activations as the kernels have them, without which nothing can be said about statistics of theirs. */
async function encodeOn(kernels: Kernels, subject: Subject): Promise<Pick<Wanted, "x" | "f">> {
  const own = createTinyTransformer(kernels);
  const batch = createTokenBatch(kernels, CONTEXTS, T);
  writeTokenBatch(kernels, batch, stream, [...Array(CONTEXTS).keys()]);
  const x = forward(own, createWorkspace(own, CONTEXTS), batch.tokens, { stopAfter: subject.site });
  const dictionary = createSubject(kernels, subject);
  const codes = createSparseCodes(kernels, CONTEXTS * T, dictionary.features);
  dictionary.encode(codes, x);
  const [indices, values] = [await kernels.readInts(codes.indices), await kernels.read(codes.values)];
  const f = Array.from(await kernels.readInts(codes.counts), (count, row) => {
    const dense = Array<number>(dictionary.features).fill(0);
    for (let at = row * codes.capacity; at < row * codes.capacity + count; at++) dense[indices[at]!] = values[at]!;
    return dense;
  });
  const flat = await kernels.read(x);
  return { f, x: f.map((_, row) => [...flat.subarray(row * dictionary.width, (row + 1) * dictionary.width)]) };
}

interface Tolerances {
  /** Of what is computed from activations alone. */
  readonly statistics: Closeness;
  readonly effects: Closeness;
}

/** The absolute part is for figures that cancel: codes are read as float32, from whatever kernels. */
const EXACT = { relative: 1e-5, absolute: 5e-8 };

describe("every figure of a record is that of a plain recomputation in float64, effects by a whole second forward pass", () => {
  for (const subject of SUBJECTS) {
    const name = subject.selection === "neurons" ? "neurons" : subject.selection.kind;
    test(`${name} at ${subject.site}`, () => checkSubject(truth, subject, { statistics: EXACT, effects: EXACT }));
  }
});

describe("so it is on the processor's kernels, from the activations as they compute them", () => {
  const effects = { relative: 1e-4, absolute: 3e-6 };
  for (const { name, create } of backends) {
    for (const subject of [SUBJECTS[0]!, SUBJECTS[7]!]) {
      test(`${name} at ${subject.site}`, () => checkSubject(create(2), subject, { statistics: EXACT, effects }));
    }
  }
});
