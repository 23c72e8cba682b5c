import { describe, expect, test } from "vitest";
import type { Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { type MixRowsOptions, mixRows, type RowStore, readHeldOutRows } from "./mix-rows.ts";
import { createRowOrder, type RowSplit, splitRows } from "./row-order.ts";

const kernels = createReferenceKernels();

/** A store whose row r is [r, -r]. */
const store: RowStore = {
  width: 2,
  read: (out, first) => {
    for (let i = 0; i < out.length / 2; i++) out.set([first + i, -first - i], 2 * i);
  },
};

async function rowsOf(tensors: AsyncIterable<Tensor> | Iterable<Tensor>): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const tensor of tensors) {
    const values = [...(await kernels.read(tensor))];
    expect(values.every((value, i) => i % 2 === 0 || value === -values[i - 1]!)).toBe(true);
    batches.push(values.filter((_, i) => i % 2 === 0));
  }
  return batches;
}

const mix = (options: MixRowsOptions) => rowsOf(mixRows(kernels, store, options));
const all = (count: number) => Array.from({ length: count }, (_, i) => i);
const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);

describe("splitting rows", () => {
  test.each([1, 2, 7, 100, 1023, 1024, 5000, 70_000, 131_077])(
    "%i rows: each is learned from or held out, once",
    (rows) => {
      const split = splitRows(rows, { share: 0.05, limit: 200_000, seed: 3 });
      const held = all(split.heldOut).map(split.heldOutRow);
      const learned = all(split.rows).map(split.row);
      expect(sorted([...held, ...learned])).toEqual(all(rows));
      expect(split.heldOut).toBeGreaterThanOrEqual(Math.floor(rows * 0.05) - split.blockRows);
      expect(split.heldOut).toBeLessThanOrEqual(Math.ceil(rows * 0.05));
    },
  );

  test("no row is held out where none is wanted, and never more than the limit", () => {
    expect(splitRows(5000, { share: 0, limit: 100, seed: 1 }).heldOut).toBe(0);
    expect(splitRows(1_000_000, { share: 0.5, limit: 1000, seed: 1 }).heldOut).toBe(960);
  });

  test("held-out rows come from all over the table and differ between seeds", () => {
    const held = (seed: number) => {
      const split = splitRows(100_000, { share: 0.05, limit: 200_000, seed });
      return all(split.heldOut).map(split.heldOutRow);
    };
    const tenths = new Set(held(1).map((row) => Math.floor(row / 10_000)));
    expect(tenths.size).toBe(10);
    expect(held(1)).toEqual(held(1));
    expect(held(1)).not.toEqual(held(2));
  });
});

describe("mixing rows", () => {
  const split = splitRows(10_007, { share: 0.05, limit: 1000, seed: 1 });
  const options = { split, batch: 13, capacity: 2048, seed: 5 };

  test("every row to learn from comes exactly once, none that is held out", async () => {
    const seen = (await mix({ ...options, batch: 1 })).flat();
    expect(sorted(seen)).toEqual(sorted(all(split.rows).map(split.row)));
  });

  test("batches are the same wherever one begins", async () => {
    const whole = await mix(options);
    expect(whole).toHaveLength(Math.floor(split.rows / 13));
    for (const firstBatch of [1, 156, 157, 158, 500, whole.length - 1])
      expect(await mix({ ...options, firstBatch })).toEqual(whole.slice(firstBatch));
  });

  test("fewer rows are the first of the order, and another seed of the mixing is another order of the same", async () => {
    const few = (await mix({ ...options, batch: 1, rows: 3000 })).flat();
    const again = (await mix({ ...options, batch: 1, rows: 3000, mixSeed: 9 })).flat();
    const other = (await mix({ ...options, batch: 1, rows: 3000, seed: 9 })).flat();
    expect(few).toHaveLength(3000);
    expect(again).not.toEqual(few);
    expect(sorted(again)).toEqual(sorted(few));
    expect(sorted(other)).not.toEqual(sorted(few));
  });

  test("a batch mixes rows from far apart", async () => {
    const large = splitRows(200_000, { share: 0, limit: 0, seed: 1 });
    const [batch = []] = await mix({ split: large, batch: 512, capacity: 65_536, seed: 2, rows: 65_536 });
    const neighbours = sorted(batch).filter((row, i, rows) => i > 0 && row - rows[i - 1]! < 64);
    // Of 512 rows drawn from 1,024 runs of 64 about 110 share a run with another; of rows read in order all would.
    expect(neighbours.length).toBeLessThan(200);
    expect(new Set(batch.map((row) => Math.floor(row / 20_000))).size).toBe(10);
  });

  test("runs are whole blocks of neighbours where the buffer is large, single rows where it is small", () => {
    const large = splitRows(100_000, { share: 0.05, limit: 1000, seed: 1 });
    const { runAt } = createRowOrder(large, 131_072, 1);
    expect(runAt(0).count).toBe(64);
    expect(runAt(63)).toEqual({ first: runAt(0).first + 63, count: 1 });
    expect(createRowOrder(large, 512, 1).runAt(5).count).toBe(1);
  });
});

test("held-out rows come once, in chunks, up to the limit", async () => {
  const split: RowSplit = splitRows(10_007, { share: 0.05, limit: 1000, seed: 1 });
  const rows = (await rowsOf(readHeldOutRows(kernels, store, split, { limit: 1000, chunk: 100 }))).flat();
  expect(rows).toEqual(all(split.heldOut).map(split.heldOutRow));
  const chunks = await rowsOf(readHeldOutRows(kernels, store, split, { limit: 250, chunk: 100 }));
  expect(chunks.map((chunk) => chunk.length)).toEqual([100, 100, 50]);
});
