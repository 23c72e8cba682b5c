import { expect, test } from "vitest";
import { answerInParallel } from "./answer-in-parallel.ts";

/** A promise that is settled from outside. */
function createGate() {
  return Promise.withResolvers<void>();
}

test("results come as they are ready, and no more is under way at once than allowed", async () => {
  const gates = [createGate(), createGate(), createGate()];
  let running = 0;
  let most = 0;
  const results = answerInParallel([0, 1, 2], 2, async (item) => {
    most = Math.max(most, ++running);
    await gates[item]!.promise;
    running--;
    return item;
  });
  const first = results.next();
  gates[1]!.resolve();
  expect((await first).value).toBe(1);
  const second = results.next();
  gates[2]!.resolve();
  expect((await second).value).toBe(2);
  gates[0]!.resolve();
  expect((await results.next()).value).toBe(0);
  expect((await results.next()).done).toBe(true);
  expect(most).toBe(2);
});

test("after a failure nothing more is begun, and what was under way and succeeds is still given", async () => {
  const begun: number[] = [];
  const slow = createGate();
  const results = answerInParallel([0, 1, 2, 3], 2, async (item) => {
    begun.push(item);
    if (item === 0) throw new Error("no answer");
    await slow.promise;
    return item;
  });
  const first = results.next();
  slow.resolve();
  expect((await first).value).toBe(1);
  await expect(results.next()).rejects.toThrow("no answer");
  expect(begun).toEqual([0, 1]);
});
