import { expect, test } from "vitest";
import { createReferenceKernels } from "../kernels/reference.ts";
import { modelConfigSchema } from "./config.ts";
import { createParameters, type ShapedArray } from "./parameters.ts";
import { shuffleWeights } from "./shuffle-weights.ts";

const kernels = createReferenceKernels();
const config = modelConfigSchema.parse({ dModel: 8, heads: 2, dMlp: 12, contextLength: 5, vocabularySize: 11 });

async function readAll(): Promise<Map<string, ShapedArray>> {
  const entries = [...createParameters(kernels, config, 3)].map(
    async ([name, tensor]) => [name, { shape: tensor.shape, data: await kernels.read(tensor) }] as const,
  );
  return new Map(await Promise.all(entries));
}

test("each weight matrix keeps its entries in another order, biases and layer norms stay", async () => {
  const before = await readAll();
  const after = shuffleWeights(before, 1);
  expect([...after.keys()]).toEqual([...before.keys()]);
  for (const [name, { shape, data }] of before) {
    const shuffled = after.get(name)!;
    expect(shuffled.shape).toEqual(shape);
    if (shape.length === 1) expect(shuffled.data).toEqual(data);
    else {
      expect(shuffled.data).not.toEqual(data);
      expect(shuffled.data.toSorted()).toEqual(data.toSorted());
    }
  }
});

test("the order is a function of the seed, another one for each matrix", async () => {
  const before = await readAll();
  const numbered = new Map(
    Array.from(before, ([name, { shape, data }]) => [name, { shape, data: data.map((_, i) => i) }]),
  );
  const [a, again, other] = [shuffleWeights(numbered, 1), shuffleWeights(numbered, 1), shuffleWeights(numbered, 2)];
  expect(again).toEqual(a);
  expect(other.get("wte.weight")!.data).not.toEqual(a.get("wte.weight")!.data);
  const [first, second] = [a.get("h.0.mlp.c_fc.weight")!.data, a.get("h.0.mlp.c_proj.weight")!.data];
  expect(first).not.toEqual(second);
});
