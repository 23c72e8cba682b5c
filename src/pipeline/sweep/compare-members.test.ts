import { expect, test } from "vitest";
import { createSweepRow } from "../../../test/support/sweep-rows.ts";
import { compareMembers } from "./compare-members.ts";
import { sweepConfigSchema } from "./sweep-config.ts";
import type { SweepRow } from "./sweep-record.ts";

function createRow(group: string, loss: number, recovered: number): SweepRow {
  return createSweepRow({ group, recovered, training: { loss, reconstruction: loss, sparsity: 0, l1: 0.5 } });
}

const claim = (expects: object) => ({ sentence: "a sentence.", source: "a paper", expects });
const config = sweepConfigSchema.parse({
  baseline: "plain",
  members: [
    { name: "plain" },
    { name: "worse", claim: claim({ loss: "higher", lossRecovered: "lower" }) },
    { name: "alike", claim: claim({ loss: "lower", silent: "same" }) },
    { name: "missing", claim: claim({ loss: "lower" }) },
  ],
});
const baseline = [createRow("plain", 10, 0.9), createRow("plain", 11, 0.9), createRow("plain", 12, 0.9)];

test("differences are between means, and the spread is that of one more seed in 95 of 100 cases", () => {
  const [worse] = compareMembers(config, [...baseline, createRow("worse", 20, 0.8)]);
  expect(worse!.difference.loss).toBeCloseTo(9, 10);
  expect(worse!.difference.lossRecovered).toBeCloseTo(-0.1, 10);
  // Three baselines of deviation 1: 4.303 (Student's t, 2 degrees) * sqrt(1/3 + 1).
  expect(worse!.spread.loss).toBeCloseTo(4.9686, 3);
  expect(worse!.spread.lossRecovered).toBe(0);
});

test("a claim is borne out, contradicted, or too close to the seeds' spread to tell", () => {
  const rows = [...baseline, createRow("worse", 20, 0.95), createRow("alike", 9, 0.9)];
  const [worse, alike, ...more] = compareMembers(config, rows);
  expect(worse!.verdicts).toEqual({ loss: "agrees", lossRecovered: "disagrees" });
  expect(alike!.verdicts).toEqual({ loss: "cannot tell", silent: "agrees" });
  expect(more).toEqual([]);
});

test("several seeds of a member are averaged and narrow the spread", () => {
  const rows = [...baseline, createRow("worse", 20, 0.8), createRow("worse", 22, 0.8), createRow("worse", 24, 0.8)];
  const [worse] = compareMembers(config, rows);
  expect(worse!.difference.loss).toBeCloseTo(11, 10);
  expect(worse!.spread.loss).toBeCloseTo(4.303 * Math.sqrt(2 / 3), 3);
});

test("a member may be compared with another than the baseline, by the spread of the baseline's seeds", () => {
  const members = [...config.members, { ...config.members[1]!, name: "worst", against: "worse" }];
  const rows = [...baseline, createRow("worse", 20, 0.8), createRow("worst", 23, 0.7)];
  const worst = compareMembers({ ...config, members }, rows).at(-1)!;
  expect(worst).toMatchObject({ member: "worst", against: "worse" });
  expect(worst.difference.loss).toBeCloseTo(3, 10);
  // One dictionary against one: 4.303 * sqrt(2) * 1.
  expect(worst.spread.loss).toBeCloseTo(6.085, 3);
  expect(worst.verdicts.loss).toBe("cannot tell");
});

test("one baseline alone judges nothing", () => {
  const [worse] = compareMembers(config, [baseline[0]!, createRow("worse", 20, 0.8)]);
  expect(worse!.spread.loss).toBeNull();
  expect(worse!.verdicts).toEqual({ loss: "cannot tell", lossRecovered: "cannot tell" });
});

test("without a baseline there is nothing to compare", () => {
  expect(compareMembers({ ...config, baseline: undefined }, baseline)).toEqual([]);
  expect(compareMembers(config, [createRow("worse", 20, 0.8)])).toEqual([]);
});
