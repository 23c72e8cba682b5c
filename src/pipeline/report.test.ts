import { expect, test } from "vitest";
import { computeDictionaryMetrics, computeReconstructionMetrics } from "../metrics/dictionary-metrics.ts";
import { type RunReport, renderReport } from "./report.ts";
import type { AnyDictionaryReport, DictionaryReport } from "./report-dictionary.ts";

const sums = { tokens: 10, active: 40, clean: 40, kl: 1, squaredError: 1, squaredDeviation: 4 };
const contexts = [
  { ...sums, zeroAblated: 60, meanAblated: 50, reconstructed: 42 },
  { ...sums, zeroAblated: 60, meanAblated: 50, reconstructed: 44 },
];
const activity = { tokens: 20, counts: Int32Array.of(0, 0, 0, 8), maxima: new Float32Array(4) };

function describe(activations: number): DictionaryReport {
  return { activations, l1: 0.5, meanActivationRows: 9, ...computeDictionaryMetrics(contexts, activity) };
}

function render(dictionary: AnyDictionaryReport): string {
  const report = {
    versions: { monosem: "0", node: "v0" },
    machine: { processor: "any", cores: 1, memoryGiB: 1, platform: "any", backend: "any", level: "any", threads: 1 },
    seed: 1,
    dictionary,
    dictionaries: { neurons: describe(0) },
    specificity: {},
  };
  return renderReport(report as unknown as RunReport, () => []);
}

function renderRow(name: string): string[] {
  const rows = render(describe(3_000_000)).split("\n");
  const cells = rows.map((row) => row.split("|").map((cell) => cell.trim()));
  return cells.find((row) => row[1] === name)!.slice(2, -1);
}

test("the headline is the lower of both losses recovered, and the paper's stands beside the one it is a figure of", () => {
  expect(renderRow("**loss recovered** (the lower of both)")[0]).toBe("0.7000");
  expect(renderRow("**loss recovered** (the lower of both)")[2]).toBe("");
  expect(renderRow("loss recovered, mean ablation")[0]).toBe("0.7000");
  expect(renderRow("loss recovered, zero ablation")).toEqual(["0.8500", expect.any(String), "0.79"]);
  expect(renderRow("features below density 1e-6")).toEqual(["75.00 %", "", "11.23 %"]);
});

test("dictionaries stand side by side, and neurons, which were not learned, have no penalty", () => {
  expect(renderRow("main")).toEqual(["4", "0.5", "4.00", "0.7500", "0.8500", "0.7000", "75.0 %", "75.0 %"]);
  expect(renderRow("neurons")).toEqual(["4", "", "4.00", "0.7500", "0.8500", "0.7000", "75.0 %", "75.0 %"]);
});

test("a dictionary judged without a model is shown with what could be measured, and the rest is said to need one", () => {
  const metrics = computeReconstructionMetrics([sums, sums], activity);
  const text = render({ activations: 3_000_000, l1: 0.5, meanActivationRows: 9, ...metrics });
  expect(text).toContain("judged on 20 held-out vectors");
  expect(text).toContain("Loss recovered and KL need the model");
  expect(text).toContain("| explained variance | 0.7500 |");
  expect(text).toContain("| main | 4 | 0.5 | 4.00 | 0.7500 |  |  | 75.0 % | 75.0 % |");
  expect(text).not.toContain("cross entropy");
});
