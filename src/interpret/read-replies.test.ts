import { expect, test } from "vitest";
import { readExplanation, readLevels, readYesNo } from "./read-replies.ts";

test("an explanation is the last answer of a reply, on one line", () => {
  expect(readExplanation("I think <answer>first</answer> no: <answer> Arabic\n script </answer>")).toBe(
    "Arabic script",
  );
  expect(readExplanation("It is about Arabic script.")).toBeNull();
  expect(readExplanation("<answer></answer>")).toBeNull();
  expect(readExplanation("<answer>never closed")).toBeNull();
  expect(readExplanation(`<answer>${"x".repeat(5000)}</answer>`)).toHaveLength(1000);
});

test("levels are read from the ends of the lines and cut into passages", () => {
  expect(readLevels('" the"\t0\n"9"\t3\n\n"a"\t9\n', [2, 1])).toEqual([[0, 3], [9]]);
  expect(readLevels('```\n"a" 1\n"b" 2\n```', [2])).toEqual([[1, 2]]);
});

test("prose, too few or too many lines and numbers beyond 9 are no prediction", () => {
  expect(readLevels("I cannot predict activations.", [2])).toBeNull();
  expect(readLevels('"a"\t1', [2])).toBeNull();
  expect(readLevels('"a"\t1\n"b"\t2\n"c"\t3', [2])).toBeNull();
  expect(readLevels('"a"\t1\n"b"\t10', [2])).toBeNull();
  expect(readLevels('"a"\t1\n"b"\t-2', [2])).toBeNull();
  expect(readLevels('Here they are:\n"a"\t1\n"b"\t2', [2])).toBeNull();
  expect(readLevels('"a"\t1\n"b', [2])).toBeNull();
});

test("yes and no are read alike, one for each question or none at all", () => {
  expect(readYesNo('" the"\tyes\n" no"\tNo\n"yes"\tno.', 3)).toEqual([true, false, false]);
  expect(readYesNo("1\tyes\n2: no", 2)).toEqual([true, false]);
  expect(readYesNo("1\tyes\n2\tmaybe", 2)).toBeNull();
  expect(readYesNo("all of them: yes", 2)).toBeNull();
  expect(readYesNo("", 1)).toBeNull();
});
