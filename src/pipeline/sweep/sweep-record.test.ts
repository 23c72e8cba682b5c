import { expect, test } from "vitest";
import { createSweepRow } from "../../../test/support/sweep-rows.ts";
import { compareMembers } from "./compare-members.ts";
import { traceFrontier } from "./curves.ts";
import { renderSweepReport } from "./render-sweep-report.ts";
import { sweepConfigSchema } from "./sweep-config.ts";
import { markFrontier, measureLastLoss } from "./sweep-record.ts";
import { describeMemory, estimateBytes } from "./training-memory.ts";

test("the last loss is the mean over the last twentieth of the log, put together on the sum-of-squares scale", () => {
  const line = (step: number, reconstruction: number) => ({
    kind: "step",
    step,
    reconstruction,
    sparsity: 10,
    l1: 0.004,
    l1SumOfSquares: 2,
    loss: 1e9,
  });
  const events = [
    line(1, 500),
    line(190, 100),
    line(191, 4),
    { kind: "resample", step: 195, features: 3 },
    line(200, 6),
  ];
  expect(measureLastLoss(events)).toEqual({ loss: 25, reconstruction: 5, sparsity: 10, l1: 2 });
});

test("the frontier holds whom no other beats in both L0 and loss recovered", () => {
  const rows = [
    createSweepRow({ dictionary: "a", l0: 10, recovered: 0.9 }),
    createSweepRow({ dictionary: "b", l0: 20, recovered: 0.95 }),
    createSweepRow({ dictionary: "worse", l0: 20, recovered: 0.94 }),
    createSweepRow({ dictionary: "denser", l0: 11, recovered: 0.9 }),
    createSweepRow({ dictionary: "twin", l0: 10, recovered: 0.9 }),
  ];
  const marked = markFrontier(rows).filter(({ onFrontier }) => onFrontier);
  expect(marked.map(({ dictionary }) => dictionary)).toEqual(["a", "b", "twin"]);
});

test("the report states each dictionary's figures and what is said beside what came out", () => {
  const config = sweepConfigSchema.parse({
    baseline: "plain",
    description: "Why not.",
    members: [
      { name: "plain" },
      { name: "tied", claim: { sentence: "Untied is better.", source: "a paper", expects: { loss: "higher" } } },
    ],
  });
  const rows = [
    createSweepRow({ dictionary: "s-plain-seed-0", group: "plain", varied: { "dictionary.seed": 0 } }),
    createSweepRow({ dictionary: "s-plain-seed-1", group: "plain", varied: { "dictionary.seed": 1 } }),
    createSweepRow({
      dictionary: "s-tied",
      group: "tied",
      training: { loss: 12.5, reconstruction: 9, sparsity: 7, l1: 0.5 },
    }),
  ];
  const failed = [{ dictionary: "s-lost", sentence: "The loss is not finite." }];
  const report = renderSweepReport({
    format: 1,
    name: "s",
    fidelity: "loss recovered",
    config,
    rows,
    failed,
    curves: { frontier: traceFrontier(rows), sizes: [] },
    comparisons: compareMembers(config, rows),
  });
  expect(report).toContain("Why not.");
  expect(report).toContain(
    "| tied | +2.50 | +0.0000 | +0.0 | +0.0 % | Untied is better. (a paper) | loss higher: agrees |",
  );
  expect(report).toContain(
    "| s-tied |  | 512 | 1,000 | 20.0 | 0.9000 | 0.9100 | 0.8000 | 10.0 % | 10.0 % | 0 | 12.50 | 9.00 | 3.50 |",
  );
  expect(report).toContain("s-frontier.svg");
  expect(report).not.toContain("s-sizes.svg");
  expect(report).toContain("s-lost could not be trained: The loss is not finite.");
});

test("a dictionary's memory is its weights and Adam's moments and what a step needs", () => {
  const parameters = 2 * 4096 * 512 + 4096 + 512;
  const bytes = estimateBytes({ features: 4096, batch: 1024 }, 512);
  expect(bytes).toBeGreaterThan(3 * 4 * parameters);
  expect(bytes).toBeLessThan(3 * 4 * parameters + 120e6);
});

test("the memory is stated, and several groups with their reason", () => {
  expect(describeMemory([[4e6, 5e6]], 1, 2e9)).toBe(
    "2 dictionaries on 1 stream of activations: 9 MB of memory at a time, 2.0 GB may be taken",
  );
  expect(describeMemory([[4e6], [5e6]], 1, 6e6)).toBe(
    "2 dictionaries on 1 stream of activations: together they would take 9 MB of memory and 6 MB may be taken, so they are trained in 2 groups one after the other, 5 MB at a time",
  );
});
