import { expect, test } from "vitest";
import type { Example, FeatureRecord } from "../../src/features/feature-record.ts";
import { effectOnToken, foldRepeats, listShownGroups, sortByEffect } from "./example-groups.ts";

function createExample(position: number, activation: number, effect = 0, repeats = 1): Example {
  return {
    context: 1,
    position,
    document: 0,
    repeats,
    tokens: [5, 6, 7],
    activations: [0, activation, 0],
    effects: [0.25, effect, 0],
  };
}

function createRecord(firings: number, groups: FeatureRecord["groups"]): FeatureRecord {
  return { firings, maximum: 4, groups } as FeatureRecord;
}

test("a feature that fired often has its groups, the intervals named from 1", () => {
  const record = createRecord(5000, [
    { kind: "top", examples: [createExample(1, 4)] },
    { kind: "interval", interval: 10, examples: [createExample(1, 4)] },
    { kind: "interval", interval: 0, examples: [createExample(2, 0.1)] },
    { kind: "bottom", examples: [createExample(3, 0)] },
  ]);
  const groups = listShownGroups(record, 1_000_000);
  expect(groups.map(({ name }) => name)).toEqual(["top", "interval-11", "interval-1", "bottom"]);
  expect(groups[2]!.note).toBe("0 to 0.364");
});

test("one that fired rarely has all its firings once, strongest first, and no intervals", () => {
  const record = createRecord(4, [
    { kind: "top", examples: [createExample(1, 4), createExample(2, 1, 0, 2)] },
    { kind: "interval", interval: 10, examples: [createExample(1, 4)] },
    { kind: "random", examples: [createExample(2, 1), createExample(9, 2)] },
    { kind: "near-miss", examples: [createExample(5, 0)] },
  ]);
  const [all, ...others] = listShownGroups(record, 1_000_000);
  expect(all!.title).toBe("All 4 firings");
  expect(all!.examples.map(({ position }) => position)).toEqual([1, 9, 2]);
  expect(others.map(({ name }) => name)).toEqual(["near-miss"]);
});

test("an ultralow feature of which not all firings are kept says how many are", () => {
  const record = createRecord(90, [{ kind: "top", examples: [createExample(1, 4)] }]);
  expect(listShownGroups(record, 100_000_000)[0]!.title).toBe("1 of its firings");
});

test("an effect belongs to the token that was predicted, which the first of a window has none of", () => {
  const example = createExample(1, 4, -0.5);
  expect([0, 1, 2].map((place) => effectOnToken(example, place))).toEqual([0, 0.25, -0.5]);
});

test("examples sort by what the feature did to predicting what follows, and fold by the tokens it fires on", () => {
  const [helped, hurt] = [createExample(1, 1, 0.4), createExample(2, 3, -0.4)];
  expect(sortByEffect([hurt!, helped!])).toEqual([helped, hurt]);
  const other: Example = { ...createExample(3, 1), tokens: [5, 8, 7] };
  expect(foldRepeats([helped!, other, hurt!])).toEqual([
    { first: helped, alike: [hurt] },
    { first: other, alike: [] },
  ]);
});
