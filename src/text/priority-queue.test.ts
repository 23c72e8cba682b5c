import fc from "fast-check";
import { expect, test } from "vitest";
import { createPriorityQueue } from "./priority-queue.ts";

test("entries leave in order, however pushes and pops are mixed", () => {
  const step = fc.oneof(fc.constant("pop" as const), fc.integer({ min: 0, max: 20 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = createPriorityQueue<number>((a, b) => a < b);
      const sorted: number[] = [];
      for (const entry of steps) {
        if (entry === "pop") expect(queue.pop()).toBe(sorted.shift());
        else {
          queue.push(entry);
          sorted.push(entry);
          sorted.sort((a, b) => a - b);
        }
      }
    }),
    { seed: 1 },
  );
});
