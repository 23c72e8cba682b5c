import { expect, test } from "vitest";
import { createFedWorker } from "./batch-feed.ts";

async function* sumUp(items: AsyncIterable<number>): AsyncGenerator<string, number> {
  let sum = 0;
  let count = 0;
  yield "started";
  for await (const item of items) {
    sum += item;
    count++;
    await Promise.resolve();
    if (item % 2 === 0) yield `even ${item}`;
    if (item % 4 === 0) yield `fourfold ${item}`;
    if (count === 4) return sum;
  }
  throw new Error("the items ran out");
}

async function collect<E>(events: AsyncGenerator<E, boolean>): Promise<{ seen: E[]; done: boolean }> {
  const seen: E[] = [];
  for (;;) {
    const next = await events.next();
    if (next.done) return { seen, done: next.value };
    seen.push(next.value);
  }
}

test("a fed worker tells everything that an item led to before it waits for the next", async () => {
  const worker = createFedWorker(sumUp);
  expect(await collect(worker.untilHungry())).toEqual({ seen: ["started"], done: false });
  expect(await collect(worker.feed(1))).toEqual({ seen: [], done: false });
  expect(await collect(worker.feed(4))).toEqual({ seen: ["even 4", "fourfold 4"], done: false });
  expect(await collect(worker.untilHungry())).toEqual({ seen: [], done: false });
  expect(await collect(worker.feed(2))).toEqual({ seen: ["even 2"], done: false });
  expect(await collect(worker.feed(8))).toEqual({ seen: ["even 8", "fourfold 8"], done: true });
  expect(worker.result()).toBe(15);
});

test("a fed worker's error comes out where it was fed", async () => {
  const worker = createFedWorker(async function* (items: AsyncIterable<number>) {
    for await (const item of items) {
      if (item > 1) throw new Error(`${item} is too much`);
      yield item;
    }
  });
  await collect(worker.untilHungry());
  await collect(worker.feed(1));
  await expect(collect(worker.feed(2))).rejects.toThrow("2 is too much");
  expect(() => worker.result()).toThrow("has not finished");
});

test("an item for a worker that did not ask for one is refused", async () => {
  const worker = createFedWorker(sumUp);
  expect(() => worker.feed(1)).toThrow("did not ask");
});

test("a worker learns that there are no more items", async () => {
  const worker = createFedWorker(sumUp);
  await collect(worker.untilHungry());
  await collect(worker.feed(1));
  await expect(collect(worker.end())).rejects.toThrow("the items ran out");
});
