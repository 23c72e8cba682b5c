import { expect, test } from "vitest";
import { wilsonInterval } from "./wilson-interval.ts";

test("the interval's ends are where the normal test of the share just rejects", () => {
  for (const [count, total] of [
    [1, 10],
    [7, 31_486],
    [1224, 31_486],
    [10, 10],
  ] as const) {
    for (const end of wilsonInterval(count / total, total)) {
      if (end === 0 || end === 1) continue;
      const deviation = (count / total - end) / Math.sqrt((end * (1 - end)) / total);
      expect(Math.abs(deviation)).toBeCloseTo(1.959964, 6);
    }
  }
});

test("it stays within 0 and 1, and a share never seen may still be above 0", () => {
  expect(wilsonInterval(0, 1000)[0]).toBe(0);
  expect(wilsonInterval(0, 1000)[1]).toBeCloseTo(0.003827, 5);
  expect(wilsonInterval(1, 1000)[1]).toBe(1);
});
