import { expect, test } from "vitest";
import type { Tensor } from "../kernels/kernels.ts";
import { type Epoch, repeatEpochs } from "./repeat-epochs.ts";

const tensor = {} as Tensor;

/** Batches that say which one of which pass they are. */
async function collect(options: { rows: number; epochs: number; firstBatch?: number }): Promise<string[]> {
  const seen: string[] = [];
  async function* open({ rows, firstBatch, mixSeed }: Epoch): AsyncGenerator<Tensor> {
    for (let batch = firstBatch; batch < rows / 10; batch++) {
      seen.push(`${mixSeed}: ${batch} of ${rows}`);
      yield tensor;
    }
  }
  for await (const _ of repeatEpochs({ ...options, batch: 10, seed: 4 }, open));
  return seen;
}

test("passes go over the same rows, mixed otherwise, and the last ends where the rows end", async () => {
  const seen = await collect({ rows: 79, epochs: 3 });
  expect(seen.map((line) => line.split(": ")[1])).toEqual([
    ...["0 of 30", "1 of 30", "2 of 30"],
    ...["0 of 30", "1 of 30", "2 of 30", "0 of 30"],
  ]);
  const seeds = seen.map((line) => line.split(": ")[0]);
  expect(seeds[0]).toBe("4");
  expect(new Set(seeds).size).toBe(3);
});

test("begun at any batch, what follows is the same", async () => {
  const whole = await collect({ rows: 100, epochs: 4 });
  for (let firstBatch = 0; firstBatch <= 10; firstBatch++)
    expect(await collect({ rows: 100, epochs: 4, firstBatch })).toEqual(whole.slice(firstBatch));
});
