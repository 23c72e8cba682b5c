import { expect, test } from "vitest";
import {
  createRepetitiveText,
  createTinyDictionary,
  createTinyTransformer,
} from "../../test/support/tiny-feature-model.ts";
import { buildFeatureRecords } from "../features/build-pack.ts";
import { encodeText } from "../features/encode-text.ts";
import type { FeatureRecord } from "../features/feature-record.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { collectPassages } from "./collect-passages.ts";
import type { PassagePool } from "./compose-examples.ts";

const kernels = createReferenceKernels("float64");
const model = createTinyTransformer(kernels);
const { contextLength: T, vocabularySize, dMlp: width } = model.config;
const site = "blocks.1.mlp.hook_post";
const { dictionary } = createTinyDictionary(kernels, 24, width);
const stream = createRepetitiveText(90, T, vocabularySize);
const text = { stream, contexts: Int32Array.from({ length: 90 }, (_, i) => i), contextLength: T, window: 2 };

async function buildRecords(): Promise<FeatureRecord[]> {
  const tokenCounts = new Float64Array(vocabularySize).fill(1);
  const options = { model, dictionary, site, stream, contexts: 90, seed: 7, tokenCounts, window: 2 } as const;
  const records: FeatureRecord[] = [];
  for await (const event of buildFeatureRecords(options)) if (event.kind === "record") records.push(event.record);
  return records;
}

async function collect(records: readonly FeatureRecord[], seed = 0): Promise<Map<number, PassagePool>> {
  const search = collectPassages({ model, dictionary, site, text, records, seed });
  for (;;) {
    const next = await search.next();
    if (next.done === true) return next.value;
    expect(next.value.contexts).toBeLessThanOrEqual(next.value.ofContexts);
  }
}

/** A feature's activations over a context, by a forward pass of it alone. */
async function activationsOf(context: number, feature: number): Promise<number[]> {
  const ids = [...stream.tokens.subarray(context * T, context * T + T)];
  // A text is read as a document, which begins with the separator: here the context's own first token.
  const tokenizer = {
    endOfText: ids[0]!,
    encode: () => Int32Array.from(ids.slice(1)),
    tokenText: () => "",
  } as unknown as Parameters<typeof encodeText>[1]["tokenizer"];
  const encoded = await encodeText("", { model, tokenizer, dictionary, site });
  return encoded.map(({ features }) => features.find((one) => one.feature === feature)?.activation ?? 0);
}

const records = (await buildRecords()).filter(({ firings }) => firings > 100).slice(0, 4);
const pools = await collect(records);

test("activations of drawn passages are those of a pass over their contexts alone", async () => {
  for (const record of records.slice(0, 2)) {
    const { random, elsewhere } = pools.get(record.index)!;
    for (const { context, position, tokens, activations } of [...random.slice(0, 6), ...elsewhere.slice(0, 6)]) {
      const wanted = await activationsOf(context, record.index);
      expect(tokens).toEqual([...stream.tokens.subarray(context * T + position - 2, context * T + position + 3)]);
      activations.forEach((value, place) => {
        expect(value).toBeCloseTo(wanted[position - 2 + place]!, 6);
      });
    }
  }
});

test("passages from elsewhere have a top token in the centre, random ones any", () => {
  for (const record of records) {
    const { random, elsewhere, top } = pools.get(record.index)!;
    const centres = new Set(top.map(({ tokens }) => tokens[2]));
    expect(elsewhere.length).toBeGreaterThan(20);
    expect(elsewhere.every(({ tokens }) => centres.has(tokens[2]))).toBe(true);
    expect(random.every(({ tokens }) => centres.has(tokens[2]))).toBe(false);
    expect(new Set(random.map(({ context }) => context)).size).toBeGreaterThan(30);
  }
});

test("the pools hold the pages' groups", () => {
  const record = records[0]!;
  const pool = pools.get(record.index)!;
  const group = record.groups.find(({ kind }) => kind === "top")!;
  expect(pool.top.map(({ context, position }) => [context, position])).toEqual(
    group.examples.map(({ context, position }) => [context, position]),
  );
  expect(pool.intervals).toHaveLength(11);
  expect(pool.firings.every(({ activations }) => activations[2]! > 0)).toBe(true);
  expect(pool.bottom.every(({ activations }) => activations[2] === 0)).toBe(true);
});

test("a feature's passages depend on the seed, and not on the features beside it", async () => {
  const alone = await collect(records.slice(1, 2));
  const feature = records[1]!.index;
  expect(alone.get(feature)).toEqual(pools.get(feature));
  const other = await collect(records.slice(1, 2), 1);
  expect(other.get(feature)!.random).not.toEqual(pools.get(feature)!.random);
});
