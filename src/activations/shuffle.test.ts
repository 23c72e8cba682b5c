import { describe, expect, test } from "vitest";
import type { Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { type ShuffleOptions, shuffle, shuffleStart } from "./shuffle.ts";

const kernels = createReferenceKernels();
const [capacity, batch] = [24, 5];
const options: ShuffleOptions = { width: 2, capacity, batch, seed: 4, lastBatch: "short" };

/** Rows (number, context) in pieces of uneven sizes. */
function* numberedRows(count: number, first = 0, tokensPerContext = 4): Generator<Tensor> {
  for (let start = first; start < count; ) {
    const size = Math.min(1 + ((start * 7) % 9), count - start);
    const data = Float32Array.from({ length: 2 * size }, (_, i) => {
      const row = start + Math.floor(i / 2);
      return i % 2 === 0 ? row : Math.floor(row / tokensPerContext);
    });
    yield kernels.upload(data, [size, 2]);
    start += size;
  }
}

async function collect(batches: AsyncIterable<Tensor>): Promise<number[][]> {
  const collected: number[][] = [];
  for await (const tensor of batches) collected.push(Array.from(await kernels.read(tensor)));
  return collected;
}

const rowNumbers = (batches: number[][]) => batches.flatMap((values) => values.filter((_, i) => i % 2 === 0));

describe.each([0, 1, batch, capacity - 1, capacity, capacity + 1, 2 * capacity, 2 * capacity + 3, 7 * capacity - 1])(
  "of %i rows",
  (count) => {
    test("every row comes exactly once, and only the last batch may be short", async () => {
      const batches = await collect(shuffle(kernels, numberedRows(count), options));
      const seen = rowNumbers(batches).sort((a, b) => a - b);
      expect(seen).toEqual(Array.from({ length: count }, (_, row) => row));
      expect(batches.slice(0, -1).every((values) => values.length === 2 * batch)).toBe(true);
      const full = await collect(shuffle(kernels, numberedRows(count), { ...options, lastBatch: "drop" }));
      expect(full).toEqual(batches.slice(0, Math.floor(count / batch)));
    });

    test("a later start re-reads one block at most and yields the same batches", async () => {
      const batches = await collect(shuffle(kernels, numberedRows(count), options));
      for (let firstBatch = 0; firstBatch < batches.length; firstBatch++) {
        const { firstRow, skip } = shuffleStart({ ...options, firstBatch });
        expect(skip).toBeLessThan(capacity);
        const rest = await collect(shuffle(kernels, numberedRows(count, firstRow), { ...options, firstBatch }));
        expect(rest).toEqual(batches.slice(firstBatch));
      }
    });
  },
);

test("the order differs between seeds and between blocks, and is far from the order of arrival", async () => {
  const first = rowNumbers(await collect(shuffle(kernels, numberedRows(2 * capacity), options)));
  const second = rowNumbers(await collect(shuffle(kernels, numberedRows(2 * capacity), { ...options, seed: 5 })));
  expect(second).not.toEqual(first);
  expect(first.slice(capacity).map((row) => row - capacity)).not.toEqual(first.slice(0, capacity));
  expect(first.filter((row, index) => row === index).length).toBeLessThan(10);
});

test("a batch holds few rows of one context", async () => {
  const mixed = { ...options, capacity: 1000, batch: 50 };
  const batches = await collect(shuffle(kernels, numberedRows(1000, 0, 20), mixed));
  const largest = batches.map((values) => {
    const counts = new Map<number, number>();
    values.forEach((context, i) => {
      if (i % 2 === 1) counts.set(context, (counts.get(context) ?? 0) + 1);
    });
    return Math.max(...counts.values());
  });
  expect(Math.max(...largest)).toBeLessThanOrEqual(7); // 20 rows of each context, 1 expected in a batch of 50 among 1000
});
