import { expect, test } from "vitest";
import { computeDictionaryMetrics, computeReconstructionMetrics } from "../../src/metrics/dictionary-metrics.ts";
import { listDictionaryMetrics, listHeadlines } from "./metric-rows.ts";

const sums = { tokens: 10, active: 40, squaredError: 1, squaredDeviation: 4 };
const losses = { clean: 40, kl: 1, zeroAblated: 60, meanAblated: 50, reconstructed: 42 };
const activity = { tokens: 20, counts: Int32Array.of(0, 0, 0, 8), maxima: new Float32Array(4) };

test("a dictionary judged with its model has the loss it recovers first, against the harder ablation", () => {
  const metrics = computeDictionaryMetrics(
    [
      { ...sums, ...losses },
      { ...sums, ...losses },
    ],
    activity,
  );
  expect(listHeadlines(metrics)[0]).toMatchObject({ label: "loss recovered", value: "80.0 %" });
  expect(listHeadlines(metrics)[0]!.note).toContain("against mean ablation");
  expect(listDictionaryMetrics(metrics)).toHaveLength(14);
});

test("one judged without a model has the figures of activations alone", () => {
  const metrics = computeReconstructionMetrics([sums, sums], activity);
  expect(listHeadlines(metrics).map(({ label }) => label)).toEqual([
    "active features per token (L0)",
    "explained variance",
    "features",
  ]);
  const names = listDictionaryMetrics(metrics).map(({ name }) => name);
  expect(names).toContain("explained variance");
  expect(names.filter((name) => /loss|KL|entropy/.test(name))).toEqual([]);
});
