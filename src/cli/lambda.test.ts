import { expect, test } from "vitest";
import { runMonosem } from "../../test/support/run-monosem.ts";

test("without a coefficient the published ones stand beside a sum of squares", async () => {
  const { code, stdout } = await runMonosem(["lambda"]);
  expect(code).toBe(0);
  const values = stdout.match(/\s(\d+\.?\d*)\s+published as/g)!.map((match) => Number.parseFloat(match));
  expect(values).toEqual([2.05, 0.512, 1.54, 1.23, 12.3]);
});

test("a coefficient is converted from a recipe's convention, for activations of another size too", async () => {
  const options = [
    "--from",
    "april-2024",
    "--width",
    "64",
    "--mean-norm",
    "2",
    "--scale",
    "3",
    "--batch",
    "10",
    "--json",
  ];
  const { stdout } = await runMonosem(["lambda", "--l1", "8", ...options]);
  const { l1 } = JSON.parse(stdout) as { l1: Record<string, number> };
  expect(l1["sum-of-squares"]).toBeCloseTo(6, 12);
  expect(l1["mean-of-squares"]).toBeCloseTo(6 / 64, 12);
  expect(l1["summed-over-batch"]).toBeCloseTo(0.6, 12);
  expect(l1["unit-scale"]).toBeCloseTo(8, 12);
});

test.each([
  [["--l1", "5", "--from", "april-2024"], "--from unit-scale depends on what is not given: add --mean-norm"],
  [["--l1", "5", "--from", "papr"], "--from papr is no convention (did you mean paper?)"],
  [["--l1", "much"], "--l1 is much, wanted a number of at least 0"],
  [["--l1", "1", "--width", "0"], "--width is 0, wanted a number above 0"],
])("%j is refused in one sentence", async (args, sentence) => {
  const { code, stderr } = await runMonosem(["lambda", ...args]);
  expect([code, stderr.trim().split("\n").length]).toEqual([2, 1]);
  expect(stderr).toContain(sentence);
});
