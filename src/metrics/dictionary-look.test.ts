import { expect, test } from "vitest";
import { summariseDensity } from "./dictionary-look.ts";

test("counts of a window become L0, shares below bounds and a histogram on the bins of the metrics", () => {
  const counts = Int32Array.of(0, 0, 1, 9, 10, 99, 100, 1000, 5000, 20_000);
  const zeros = new Float32Array(10);
  const summary = summariseDensity([{ counts, vectors: 100_000 }], { encoderBias: zeros, alignment: zeros });
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

test("the last looks together show what one cannot, with the latest biases and alignments", () => {
  const encoderBias = Float32Array.of(-1, -1, 0, 0);
  const alignment = Float32Array.of(0.2, 0.2, 0.9, 0.9);
  const looks = [
    { counts: Int32Array.of(0, 1, 500, 400), vectors: 1000 },
    { counts: Int32Array.of(0, 0, 500, 600), vectors: 3000 },
  ];
  const { silent, window, recent } = summariseDensity(looks, { ...looks[1], encoderBias, alignment });
  expect([window, silent]).toEqual([3000, 0.5]);
  expect(recent).toMatchObject({
    window: 4000,
    silent: 0.25,
    fractionBelow: { "1e-3": 0.5, "1e-4": 0.25, "1e-5": 0.25, "1e-6": 0.25 },
    modes: { low: { features: 2, encoderBias: -1 }, high: { features: 2, logDensity: Math.log10(0.25) } },
  });
});
