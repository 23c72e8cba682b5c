import { expect, test } from "vitest";
import { summariseDensity } from "./dictionary-look.ts";

test("counts of a window become L0, shares below bounds and a histogram on the bins of the metrics", () => {
  const counts = Int32Array.of(0, 0, 1, 9, 10, 99, 100, 1000, 5000, 20_000);
  const zeros = new Float32Array(10);
  const summary = summariseDensity({ counts, window: 100_000, encoderBias: zeros, alignment: zeros });
  expect(summary).toMatchObject({ features: 10, window: 100_000, silent: 0.2 });
  expect(summary.l0).toBeCloseTo(0.26219, 12);
  expect(summary.fractionBelow).toEqual({ "1e-3": 0.6, "1e-4": 0.4, "1e-5": 0.2, "1e-6": 0.2 });
  expect(summary.fractionAbove).toEqual({ "1e-2": 0.2, "1e-1": 0.1 });
  const { first, width, counts: bins, silent } = summary.densityHistogram;
  expect([first, width, silent]).toEqual([-8, 0.25, 2]);
  const filled = bins.flatMap((count, bin) => (count > 0 ? [[first + bin * width, count]] : []));
  expect(filled).toEqual([
    [-5, 1],
    [-4.25, 1],
    [-4, 1],
    [-3.25, 1],
    [-3, 1],
    [-2, 1],
    [-1.5, 1],
    [-0.75, 1],
  ]);
});
