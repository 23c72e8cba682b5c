import { expect, test } from "vitest";
import {
  createRepetitiveText,
  createTinyDictionary,
  createTinyTransformer,
} from "../../test/support/tiny-feature-model.ts";
import { createReferenceKernels, readFloat64 } from "../kernels/reference.ts";
import { createTokenBatch, writeTokenBatch } from "../model/token-batch.ts";
import { forward } from "../model/transformer.ts";
import { createWorkspace } from "../model/workspace.ts";
import { createRandomStream } from "../numerics/random.ts";
import { documentAt } from "../text/contexts.ts";
import { buildFeatureRecords, type FeatureSummary } from "./build-pack.ts";
import type { BuildScratch } from "./build-scratch.ts";
import {
  type Example,
  type ExampleGroup,
  type FeatureRecord,
  parseFeatureRecord,
  renderFeatureRecord,
} from "./feature-record.ts";
import { listTopTokens } from "./feature-table.ts";
import { directPath, measureLayerNormScale, measureLogitWeights, summariseLogits } from "./logit-weights.ts";
import type { BuildFeatureRecordsEvent, BuildFeatureRecordsOptions } from "./open-build.ts";

const kernels = createReferenceKernels("float64");
const model = createTinyTransformer(kernels);
const { contextLength: T, vocabularySize, dMlp: width } = model.config;
const site = "blocks.1.mlp.hook_post";
const FEATURES = 24;
const CONTEXTS = 90;
const WINDOW = 2;
const SEED = 7;
const { dictionary, weights } = createTinyDictionary(kernels, FEATURES, width);
const stream = createRepetitiveText(CONTEXTS, T, vocabularySize);
const tokenCounts = new Float64Array(vocabularySize);
for (const token of stream.tokens) tokenCounts[token]!++;

const base: BuildFeatureRecordsOptions = {
  model,
  dictionary,
  site,
  stream,
  contexts: CONTEXTS,
  seed: SEED,
  tokenCounts,
  window: WINDOW,
  batch: 8,
};

interface Built {
  readonly records: FeatureRecord[];
  readonly progress: BuildFeatureRecordsEvent[];
  readonly summary: FeatureSummary;
}

async function build(changes: Partial<BuildFeatureRecordsOptions> = {}): Promise<Built> {
  const records: FeatureRecord[] = [];
  const progress: BuildFeatureRecordsEvent[] = [];
  const events = buildFeatureRecords({ ...base, ...changes });
  for (;;) {
    const next = await events.next();
    if (next.done === true) return { records, progress, summary: next.value };
    if (next.value.kind === "record") records.push(next.value.record);
    else progress.push(next.value);
  }
}

/** Every feature's activation on every token [tokens, features], with explicit loops in float64 from the site's activations. */
function encodePlainly(): Float32Array {
  const batch = createTokenBatch(kernels, CONTEXTS, T);
  writeTokenBatch(
    kernels,
    batch,
    stream,
    Array.from({ length: CONTEXTS }, (_, i) => i),
  );
  const x = readFloat64(forward(model, createWorkspace(model, CONTEXTS), batch.tokens, { stopAfter: site }));
  const [E, e, b] = [weights.encoder, weights.encoderBias, weights.decoderBias].map((tensor) => readFloat64(tensor));
  const f = new Float32Array(CONTEXTS * T * FEATURES);
  for (let token = 0; token < CONTEXTS * T; token++) {
    for (let i = 0; i < FEATURES; i++) {
      let sum = e![i]!;
      for (let k = 0; k < width; k++) sum += E![i * width + k]! * (x[token * width + k]! - b![k]!);
      f[token * FEATURES + i] = Math.max(0, sum);
    }
  }
  return f;
}

const f = encodePlainly();
const built = await build();
const tokens = Array.from({ length: CONTEXTS * T }, (_, i) => i);
const activation = (feature: number, token: number) => f[token * FEATURES + feature]!;
const active = (feature: number) => tokens.filter((token) => activation(feature, token) > 0);
const maximumOf = (feature: number) => Math.max(...tokens.map((token) => activation(feature, token)));
const tokenOf = (example: Example) => example.context * T + example.position;
const windowOf = (token: number) =>
  [-2, -1, 0, 1, 2].map((offset) => {
    const isInside = Math.floor((token + offset) / T) === Math.floor(token / T) && token + offset >= 0;
    return isInside ? stream.tokens[token + offset]! : -1;
  });
const groupOf = (record: FeatureRecord, kind: ExampleGroup["kind"], interval = 0): readonly Example[] =>
  record.groups.find((group) => group.kind === kind && (group.kind !== "interval" || group.interval === interval))
    ?.examples ?? [];

/** Sorted candidates: the first of each context, at most `kept`; equal windows merged; at most `shown`. */
function choosePlainly(sorted: readonly number[], kept: number, shown: number): [token: number, repeats: number][] {
  const contexts = new Map<number, number>();
  for (const token of sorted) if (!contexts.has(Math.floor(token / T))) contexts.set(Math.floor(token / T), token);
  const windows = Map.groupBy([...contexts.values()].slice(0, kept), (token) => windowOf(token).join());
  return [...windows.values()].slice(0, shown).map((alike) => [alike[0]!, alike.length]);
}

test("the tiny model exercises every case", () => {
  const firings = built.records.map((record) => record.firings);
  expect(firings[0]).toBe(0);
  expect(firings.filter((count) => count > 64).length).toBeGreaterThan(10);
  expect(built.records.some((record) => groupOf(record, "top").some(({ repeats }) => repeats > 1))).toBe(true);
  expect(built.records.some((record) => groupOf(record, "top").some((example) => example.tokens.includes(-1)))).toBe(
    true,
  );
});

test("firings, moments, maximum and histogram are those of a plain recomputation", () => {
  expect(built.records.map(({ index }) => index)).toEqual(Array.from({ length: FEATURES }, (_, i) => i));
  for (const record of built.records) {
    const values = active(record.index).map((token) => activation(record.index, token));
    expect(record.firings).toBe(values.length);
    expect(record.sum).toBeCloseTo(
      values.reduce((a, b) => a + b, 0),
      9,
    );
    expect(record.sumOfSquares).toBeCloseTo(
      values.reduce((a, b) => a + b * b, 0),
      9,
    );
    expect(record.maximum).toBe(Math.max(0, ...values));
    const histogram = Array.from({ length: 40 }, (_, bin) => {
      const edges = [(bin / 40) * record.maximum, ((bin + 1) / 40) * record.maximum] as const;
      return values.filter((value) => value > edges[0] && (value <= edges[1] || bin === 39)).length;
    });
    expect([...record.histogram]).toEqual(histogram);
  }
});

test("top examples are the strongest of their contexts, strongest first, equal windows merged into one with their count", () => {
  for (const record of built.records) {
    const sorted = active(record.index).sort(
      (a, b) => activation(record.index, b) - activation(record.index, a) || a - b,
    );
    const top = groupOf(record, "top");
    expect(top.map((example) => [tokenOf(example), example.repeats])).toEqual(choosePlainly(sorted, 64, 20));
    if (record.firings > 0) expect(top[0]!.activations[WINDOW]).toBe(record.maximum);
  }
});

test("intervals hold a random sample of the tokens whose activation lies in them, at most one a context", () => {
  const priorities = createRandomStream(SEED, "feature examples");
  const priority = (token: number) => priorities.bits(token) >>> 8;
  for (const record of built.records) {
    for (let interval = 0; interval < 11; interval++) {
      const [low, high] = [interval / 11, (interval + 1) / 11];
      const members = active(record.index).filter((token) => {
        const fraction = activation(record.index, token) / record.maximum;
        return fraction >= low && (fraction < high || interval === 10);
      });
      const sorted = members.sort((a, b) => priority(b) - priority(a) || a - b);
      const wanted = choosePlainly(sorted, 8, 5).sort(
        ([a], [b]) => activation(record.index, b) - activation(record.index, a),
      );
      const got = groupOf(record, "interval", interval);
      expect(got.map((example) => [tokenOf(example), example.repeats])).toEqual(wanted);
      expect(new Set(got.map(({ context }) => context)).size).toBe(got.length);
    }
  }
});

test("bottom examples are tokens on which the feature is silent, from different contexts, and not the same for every feature", () => {
  const seen = new Set<string>();
  for (const record of built.records) {
    const bottom = groupOf(record, "bottom");
    if (record.firings === 0) continue;
    if (record.firings < 0.5 * tokens.length) expect(bottom.length).toBeGreaterThan(10);
    expect(bottom.length).toBeLessThanOrEqual(20);
    for (const example of bottom) expect(activation(record.index, tokenOf(example))).toBe(0);
    expect(new Set(bottom.map(({ context }) => context)).size).toBe(bottom.length);
    seen.add(bottom.map(tokenOf).join());
  }
  expect(seen.size).toBeGreaterThan(FEATURES / 2);
});

test("windows show the tokens around the centre with the feature's activations, and nothing beyond the context", () => {
  for (const record of built.records) {
    for (const example of record.groups.flatMap((group) => group.examples)) {
      const token = tokenOf(example);
      expect(example.tokens).toEqual(windowOf(token));
      expect(example.document).toBe(documentAt(stream, token));
      const wanted = windowOf(token).map((id, i) => (id < 0 ? 0 : activation(record.index, token + i - WINDOW)));
      expect(example.activations).toEqual(wanted);
    }
  }
});

test("logit weights are those of the direction at the measured scale, over the tokens in use alone", async () => {
  const scale = await measureLayerNormScale(model, stream, Int32Array.from(Array(CONTEXTS).keys()), 16);
  expect(built.summary.layerNormScale).toBeCloseTo(scale, 9);
  const path = directPath(model, site)!;
  const weightsOfAll = await measureLogitWeights(model, path, dictionary.directions, built.summary.layerNormScale!);
  const inUse = Int32Array.from(new Set(stream.tokens)).sort();
  expect(inUse.length).toBeLessThan(vocabularySize);
  for (const record of built.records) {
    const row = weightsOfAll.subarray(record.index * vocabularySize, (record.index + 1) * vocabularySize);
    expect(record.logits).toEqual(summariseLogits(row, inUse));
  }
});

test("a feature that never fires has no examples", () => {
  expect(built.records[0]).toMatchObject({ firings: 0, maximum: 0, sum: 0, groups: [] });
});

test("the three largest entries of the direction come with their share of its L1 norm", () => {
  const D = readFloat64(weights.decoder);
  for (const record of built.records) {
    const direction = Array.from({ length: width }, (_, k) => D[record.index * width + k]!);
    const norm = direction.reduce((sum, value) => sum + Math.abs(value), 0);
    const sorted = direction
      .map((weight, index) => ({ index, weight }))
      .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
    expect(record.neurons.map(({ index, weight }) => ({ index, weight }))).toEqual(sorted.slice(0, 3));
    for (const { weight, shareOfL1 } of record.neurons) expect(shareOfL1).toBeCloseTo(Math.abs(weight) / norm, 6);
  }
});

test("the table repeats firings, maximum and mean, and lists the most frequent tokens of the top examples", () => {
  const { table } = built.summary;
  for (const record of built.records) {
    const i = record.index;
    expect(table.firings[i]).toBe(record.firings);
    expect(table.maximum[i]).toBe(Math.fround(maximumOf(i)));
    expect(table.mean[i]).toBeCloseTo(record.firings > 0 ? record.sum / record.firings : 0, 6);
    const centres = groupOf(record, "top").map((example) => example.tokens[WINDOW]!);
    const count = (token: number) => centres.filter((centre) => centre === token).length;
    const wanted = [...new Set(centres)].sort((a, b) => count(b) - count(a) || centres.indexOf(a) - centres.indexOf(b));
    expect([...table.topTokens.subarray(3 * i, 3 * i + 3)]).toEqual([...wanted, -1, -1, -1].slice(0, 3));
  }
});

test("of equally frequent top tokens the one with the strongest example comes first", () => {
  const example = (token: number): Example => ({
    context: 0,
    position: 0,
    document: 0,
    repeats: 9,
    tokens: [-1, token, -1],
    activations: [0, 1, 0],
    effects: [0, 0, 0],
  });
  expect(listTopTokens([{ kind: "top", examples: [5, 3, 8, 3, 5, 9].map(example) }], 1)).toEqual([5, 3, 8]);
  expect(listTopTokens([], 1)).toEqual([]);
});

test("the result does not depend on the batch, nor on how many codes fit in memory", async () => {
  const wanted = built.records.map(renderFeatureRecord);
  for (const changes of [{ batch: 7 }, { batch: 200 }, { codesMemory: 0 }, { codesMemory: 30_000 }, { block: 5 }]) {
    const { records, summary } = await build(changes);
    expect(records.map(renderFeatureRecord)).toEqual(wanted);
    expect(summary.table).toEqual(built.summary.table);
  }
});

test("a build interrupted anywhere and taken up again gives the same bytes, without encoding saved text again", async () => {
  const wanted = built.records.map(renderFeatureRecord);
  const kept = new Map<string, Uint8Array>();
  const scratch: BuildScratch = {
    get: (name) => kept.get(name),
    put: (name, bytes) => kept.set(name, bytes.slice()),
  };
  for (const codesMemory of [2 ** 20, 0]) {
    for (let stop = 1; stop < 200; stop += 23) {
      if (stop % 2 === 1) kept.clear();
      await takeEvents(buildFeatureRecords({ ...base, scratch, codesMemory, block: 7 }), stop);
      const { records, summary } = await build({ scratch, codesMemory, block: 7 });
      expect(records.map(renderFeatureRecord)).toEqual(wanted);
      expect(summary).toEqual(built.summary);
    }
  }
  let encoded = 0;
  const counting = {
    ...dictionary,
    encode: (...call: Parameters<typeof dictionary.encode>) => {
      encoded++;
      dictionary.encode(...call);
    },
  };
  await build({ scratch, dictionary: counting, codesMemory: 0 });
  expect(encoded).toBe(0);
});

async function takeEvents(events: AsyncGenerator<unknown>, count: number): Promise<void> {
  for (let i = 0; i < count; i++) if ((await events.next()).done === true) return;
  await events.return(undefined);
}

test("progress never falls and reaches all contexts at the very end alone", async () => {
  for (const { progress } of [built, await build({ codesMemory: 0 })]) {
    const shares = progress.map((event) => (event.kind === "progress" ? event.contexts : Number.NaN));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(new Set(shares).size).toBeGreaterThan(CONTEXTS / 3);
    expect(shares.at(-2)).toBeLessThan(CONTEXTS);
    expect(progress.at(-1)).toMatchObject({ kind: "progress", contexts: CONTEXTS, ofContexts: CONTEXTS });
  }
});

test("what is left out is said to be unknown, and the rest is what it is in a whole description", async () => {
  const { records, summary, progress } = await build({ leaveOut: ["effects", "correlations"] });
  expect(summary.correlationTokens).toBe(0);
  expect(new Set(progress.map((event) => event.kind === "progress" && event.phase))).toEqual(
    new Set(["first pass", "second pass", "third pass", "records"]),
  );
  const blank = { ablation: null, correlatedNeurons: [], correlatedFeatures: [] };
  const wanted = built.records.map((record) => ({ ...record, ...blank, groups: record.groups.map(forgetEffects) }));
  expect(records).toEqual(wanted);
  expect(records.map((record) => parseFeatureRecord(renderFeatureRecord(record)).groups.map(forgetEffects))).toEqual(
    records.map((record) => parseFeatureRecord(renderFeatureRecord(record)).groups),
  );
  expect([...summary.table.ablation].every(Number.isNaN)).toBe(true);
});

function forgetEffects(group: ExampleGroup): ExampleGroup {
  return { ...group, examples: group.examples.map((example) => ({ ...example, effects: null })) };
}

test("a part of the text is drawn from all of it, and another seed draws another part", async () => {
  const contextsOf = ({ records }: Built) =>
    new Set(records.flatMap(({ groups }) => groups.flatMap(({ examples }) => examples.map(({ context }) => context))));
  const part = await build({ contexts: 10 });
  const other = await build({ contexts: 10, seed: SEED + 1 });
  expect(part.summary).toMatchObject({ contexts: 10, tokens: 10 * T });
  expect(contextsOf(part).size).toBe(10);
  expect(Math.max(...contextsOf(part))).toBeGreaterThan(40);
  expect(contextsOf(other)).not.toEqual(contextsOf(part));
  for (const { groups, index } of part.records) {
    for (const example of groups.flatMap(({ examples }) => examples)) {
      expect(example.activations[WINDOW]).toBe(activation(index, tokenOf(example)));
    }
  }
});

test("a site without a direct path has no logit weights, and a stopped build throws the signal's reason", async () => {
  const narrow = createTinyDictionary(kernels, 5, width).dictionary;
  const { records, summary } = await build({ site: "blocks.0.mlp.hook_pre", dictionary: narrow, contexts: 4 });
  expect(records.map(({ logits }) => logits)).toEqual([null, null, null, null, null]);
  expect(summary.layerNormScale).toBeNull();
  const stopped = new Error("stopped");
  await expect(build({ signal: AbortSignal.abort(stopped) })).rejects.toThrow(stopped);
});

test("a dictionary of another width and text without a single context are the user's mistakes", async () => {
  await expect(build({ site: "blocks.0.hook_resid_pre" })).rejects.toThrow(
    "12, but blocks.0.hook_resid_pre of this model is 8 wide",
  );
  const short = { ...stream, tokens: stream.tokens.slice(0, T) };
  await expect(build({ stream: short })).rejects.toThrow("hold out more text");
});
