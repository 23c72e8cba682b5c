import { expect, test } from "vitest";
import { computeDictionaryMetrics } from "../metrics/dictionary-metrics.ts";
import { type DictionaryReport, type RunReport, renderReport } from "./report.ts";

const sums = { tokens: 10, active: 40, clean: 40, kl: 1, squaredError: 1, squaredDeviation: 4 };
const contexts = [
  { ...sums, zeroAblated: 60, meanAblated: 50, reconstructed: 42 },
  { ...sums, zeroAblated: 60, meanAblated: 50, reconstructed: 44 },
];
const activity = { tokens: 20, counts: Int32Array.of(0, 0, 0, 8), maxima: new Float32Array(4) };

function describe(activations: number): DictionaryReport {
  return { activations, l1: 0.5, meanActivationRows: 9, ...computeDictionaryMetrics(contexts, activity) };
}

function renderRow(name: string): string[] {
  const report = {
    versions: { monosem: "0", node: "v0" },
    machine: { processor: "any", cores: 1, memoryGiB: 1, platform: "any", backend: "any", level: "any", threads: 1 },
    seed: 1,
    dictionary: describe(3_000_000),
    dictionaries: { neurons: describe(0) },
  } as unknown as RunReport;
  const rows = renderReport(report).split("\n");
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
  expect(renderRow("main")).toEqual(["4", "0.5", "4.00", "0.8500", "0.7000", "75.0 %", "75.0 %"]);
  expect(renderRow("neurons")).toEqual(["4", "", "4.00", "0.8500", "0.7000", "75.0 %", "75.0 %"]);
});
