import { expect, test } from "vitest";
import type { Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { modelConfigSchema } from "../model/config.ts";
import { createParameters } from "../model/parameters.ts";
import { createTransformer, forward } from "../model/transformer.ts";
import { createWorkspace } from "../model/workspace.ts";
import type { TokenStream } from "../text/contexts.ts";
import { activationBatches } from "./activation-batches.ts";
import { countDistinctRows, countHarvestRows, type HarvestOptions, harvest } from "./harvest.ts";

const kernels = createReferenceKernels();
const [T, contexts, V] = [6, 7, 50];
const config = modelConfigSchema.parse({ dModel: 4, heads: 2, dMlp: 8, contextLength: T, vocabularySize: V });
const model = createTransformer(kernels, config, createParameters(kernels, config, 1));
// Every token of the stream is another one, and embedding column 0 holds it, column 1 its position: a row tells where it is from.
kernels.write(
  model.parameters.get("wte.weight")!,
  Float32Array.from({ length: V * 4 }, (_, i) => (i % 4 ? 0 : i / 4)),
);
kernels.write(
  model.parameters.get("wpe.weight")!,
  Float32Array.from({ length: T * 4 }, (_, i) => (i % 4 === 1 ? i >> 2 : 0)),
);
const stream: TokenStream = {
  tokens: Uint16Array.from({ length: T * contexts + 1 }, (_, i) => i),
  documentStarts: Uint32Array.from([0]),
  documentLabels: [{}],
};
const options: HarvestOptions = { site: "blocks.0.hook_resid_pre", tokensPerContext: 3, batch: 2, seed: 5 };

async function collect(rows: Iterable<Tensor> | AsyncIterable<Tensor>): Promise<number[][]> {
  const collected: number[][] = [];
  for await (const tensor of rows) {
    const data = Array.from(await kernels.read(tensor));
    const width = tensor.shape[1]!;
    for (let first = 0; first < data.length; first += width) collected.push(data.slice(first, first + width));
  }
  return collected;
}

test("an epoch takes the wanted number of distinct tokens from every context, context by context", async () => {
  const rows = await collect(harvest(model, stream, options));
  expect(rows.length).toBe(countHarvestRows(stream, T, 3));
  expect(new Set(rows.map(([token]) => token)).size).toBe(21);
  expect(rows.every(([token, position]) => token! % T === position)).toBe(true);
  for (let visit = 0; visit < contexts; visit++) {
    const from = rows.slice(3 * visit, 3 * visit + 3).map(([token]) => Math.floor(token! / T));
    expect(new Set(from).size).toBe(1);
  }
  expect(rows.map(([token]) => Math.floor(token! / T))).not.toEqual(rows.map((_, row) => Math.floor(row / 3)));
});

test("a second epoch takes the tokens the first one left", async () => {
  const rows = await collect(harvest(model, stream, { ...options, rows: 42 }));
  expect(new Set(rows.map(([token]) => token)).size).toBe(42);
});

test.each([1, 3, 4, 5, 6])(
  "no token is taken twice up to the number of distinct rows, %i per context",
  async (tokensPerContext) => {
    const rows = countDistinctRows(stream, T, tokensPerContext);
    const count = async (end: number) => {
      const taken = await collect(harvest(model, stream, { ...options, tokensPerContext, rows: end }));
      return new Set(taken.map(([token]) => token)).size;
    };
    expect(await count(rows)).toBe(rows);
    expect(await count(rows + tokensPerContext)).toBeLessThan(rows + tokensPerContext);
  },
);

test("harvesting from any row yields the same rows, up to any row", async () => {
  const all = await collect(harvest(model, stream, { ...options, site: "blocks.0.mlp.hook_post" }));
  expect(all[0]!.length).toBe(8);
  for (const firstRow of [0, 1, 3, 5, 6, 13, 20]) {
    const part = { ...options, site: "blocks.0.mlp.hook_post", firstRow, rows: 21 - (firstRow % 2) };
    expect(await collect(harvest(model, stream, part))).toEqual(all.slice(firstRow, part.rows));
  }
});

test("rows are the site's activations in a full pass, and the pass stops there", async () => {
  const order = await collect(harvest(model, stream, options));
  const rows = await collect(harvest(model, stream, { ...options, site: "blocks.0.mlp.hook_post" }));
  const workspace = createWorkspace(model, 1);
  for (const [index, [token]] of order.entries()) {
    const first = Math.floor(token! / T) * T;
    const tokens = kernels.upload(
      Int32Array.from({ length: T }, (_, t) => first + t),
      [T],
    );
    const post = await kernels.read(forward(model, workspace, tokens, { stopAfter: "blocks.0.mlp.hook_post" }));
    const position = token! - first;
    rows[index]!.forEach((value, column) => {
      expect(value).toBeCloseTo(post[position * 8 + column]!, 5);
    });
  }
  const later: Tensor[] = [];
  const hooks = { "blocks.0.hook_mlp_out": (activation: Tensor) => later.push(activation) };
  await collect(harvest(model, stream, { ...options, site: "blocks.0.mlp.hook_post", hooks }));
  expect(later).toEqual([]);
});

test("mixed batches hold every row once, and begin anywhere with the same bytes", async () => {
  const batchOptions = {
    site: "blocks.0.hook_resid_pre",
    tokensPerContext: 3,
    batch: 4,
    capacity: 10,
    contexts: 2,
    seed: 5,
  };
  const all = await collect(activationBatches(model, stream, batchOptions));
  expect(new Set(all.map(([token]) => token)).size).toBe(20);
  for (let firstBatch = 0; firstBatch <= 5; firstBatch++) {
    expect(await collect(activationBatches(model, stream, { ...batchOptions, firstBatch }))).toEqual(
      all.slice(4 * firstBatch),
    );
  }
});

test("more tokens per context than there are, an unknown site and too short a text are refused", () => {
  const first = (changed: Partial<HarvestOptions>, text = stream) =>
    harvest(model, text, { ...options, ...changed }).next();
  expect(() => first({ tokensPerContext: 7 })).toThrow("between 1 and the model's context length 6, got 7");
  expect(() => first({ site: "blocks.0.mlp.hook_pst" })).toThrow("did you mean blocks.0.mlp.hook_p");
  expect(() => first({}, { ...stream, tokens: stream.tokens.subarray(0, 4) })).toThrow("no activations to harvest");
});
