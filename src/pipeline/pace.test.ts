import { expect, test } from "vitest";
import { createPaceMeter } from "./pace.ts";

const event = (unit: string, done: number) =>
  ({ kind: "progress", stage: "tokenize", done, total: 100, unit }) as const;

test("rate and time left come from the first event of the same work; another unit or a falling count is other work", () => {
  const measure = createPaceMeter();
  expect(measure(event("bytes", 20), 0)).toEqual({ perSecond: 0, etaSeconds: null });
  expect(measure(event("bytes", 60), 4000)).toEqual({ perSecond: 10, etaSeconds: 4 });
  expect(measure(event("merges", 60), 5000)).toEqual({ perSecond: 0, etaSeconds: null });
  expect(measure(event("bytes", 20), 6000)).toEqual({ perSecond: 0, etaSeconds: null });
  expect(measure(event("bytes", 40), 7000)).toEqual({ perSecond: 20, etaSeconds: 3 });
  expect(measure(event("bytes", 20), 9000)).toEqual({ perSecond: 0, etaSeconds: null });
});
