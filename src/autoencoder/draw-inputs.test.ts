import { expect, test } from "vitest";
import "../../test/support/to-be-all-close.ts";
import type { Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import { drawInputs } from "./draw-inputs.ts";

const kernels = createReferenceKernels();

/** One column that says which input a row is. */
function column(values: readonly number[]): Tensor {
  return kernels.upload(Float32Array.from(values), [values.length, 1]);
}

interface Draw {
  readonly batches: readonly (readonly number[])[];
  readonly count: number;
  readonly limit?: number;
  readonly replacement?: boolean;
  readonly trial?: number;
}

/** Inputs weigh what they are named: input 3 has weight 3. */
async function draw({ batches, count, limit = 1000, replacement = false, trial = 0 }: Draw): Promise<number[]> {
  const weigh = async (x: Tensor) => Float64Array.from(await kernels.read(x));
  const options = { inputs: batches.map(column), limit, weigh, replacement };
  const drawn = await drawInputs(kernels, [count, 1], options, createRandomStream(trial, "draw"));
  return drawn ? [...(await kernels.read(drawn))] : [];
}

async function countDraws(options: Draw, trials = 4000): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let trial = 0; trial < trials; trial++) {
    const key = (await draw({ ...options, trial })).join();
    counts.set(key, (counts.get(key) ?? 0) + 1 / trials);
  }
  return counts;
}

test("step 2: the limit counts inputs over batches and no later input is drawn", async () => {
  const batches = [[1, 2, 3], [4, 5, 1000], [2000]];
  for (const replacement of [false, true]) {
    for (let trial = 0; trial < 20; trial++) {
      const drawn = await draw({ batches, count: 5, limit: 5, replacement, trial });
      expect(Math.max(...drawn)).toBeLessThanOrEqual(5);
    }
  }
  expect((await draw({ batches, count: 5, limit: 5 })).sort(), "all five").toEqual([1, 2, 3, 4, 5]);
});

test("step 3: one input is drawn with probability proportional to its weight, wherever batches are cut", async () => {
  for (const batches of [[[1, 2, 5]], [[1], [2, 5]], [[1], [2], [5]]]) {
    for (const replacement of [false, true]) {
      const counts = await countDraws({ batches, count: 1, replacement });
      const shares = ["1", "2", "5"].map((name) => counts.get(name));
      expect(shares, JSON.stringify(batches)).toBeAllClose([1 / 8, 2 / 8, 5 / 8], { absolute: 0.025, relative: 0 });
    }
  }
});

test("step 4: without replacement the second draw is proportional among the inputs that are left", async () => {
  const counts = await countDraws({ batches: [[1, 2], [5]], count: 2 }, 20_000);
  const orders = ["1,2", "1,5", "2,1", "2,5", "5,1", "5,2"];
  const wanted = orders.map((order) => {
    const [first = 0, second = 0] = order.split(",").map(Number);
    return (first / 8) * (second / (8 - first));
  });
  expect(orders.map((order) => counts.get(order) ?? 0)).toBeAllClose(wanted, { absolute: 0.015 });
});

test("with replacement the draws are independent of one another", async () => {
  const counts = await countDraws({ batches: [[1, 2], [5]], count: 2, replacement: true });
  const values = [1, 2, 5];
  const pairs = values.flatMap((first) => values.map((second) => [first, second] as const));
  const shares = pairs.map((pair) => counts.get(pair.join()) ?? 0);
  expect(shares).toBeAllClose(
    pairs.map(([first, second]) => (first * second) / 64),
    { absolute: 0.025 },
  );
});

test("with fewer inputs than asked for all come once, or as often as chance has it with replacement", async () => {
  expect((await draw({ batches: [[2], [3]], count: 5 })).sort()).toEqual([2, 3]);
  const replaced = await draw({ batches: [[2], [3]], count: 5, replacement: true });
  expect(replaced).toHaveLength(5);
  expect(replaced.every((value) => value === 2 || value === 3)).toBe(true);
});

test("an input of weight 0 is never drawn, and from nothing nothing is drawn", async () => {
  for (const replacement of [false, true]) {
    for (let trial = 0; trial < 20; trial++)
      expect(await draw({ batches: [[0, 7, 0], [0]], count: 1, replacement, trial })).toEqual([7]);
    expect(await draw({ batches: [[0, 0]], count: 2, replacement })).toEqual([]);
    expect(await draw({ batches: [], count: 2, replacement })).toEqual([]);
  }
});
