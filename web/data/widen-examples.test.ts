import { expect, test } from "vitest";
import type { Example } from "../../src/features/feature-record.ts";
import type { ShownGroup } from "./example-groups.ts";
import { followInspection } from "./inspection.ts";
import { listContexts, stateLogitEffects, widenGroups } from "./widen-examples.ts";

function createGroup(name: string, examples: readonly Partial<Example>[]): ShownGroup {
  const example = { document: 0, repeats: 1, tokens: [-1, 7, 8], activations: [0, 2, 0], effects: [0, 0.5, 0] };
  return {
    name,
    title: name,
    note: "",
    examples: examples.map((own) => ({ ...example, context: 3, position: 0, ...own })),
  };
}

const GROUPS = [
  createGroup("top", [{ context: 3 }, { context: 5 }]),
  createGroup("bottom", [{ context: 3, position: 3 }]),
];
const WHOLE = { tokens: [7, 8, 9, 10], activations: [2, 0, 1, 0], effects: [0.5, 0, 0.25, 0] };

test("an example's window becomes its context with the centre still in the middle", () => {
  const [top, bottom] = widenGroups(GROUPS, new Map([[3, WHOLE]]));
  expect(top!.examples[0]).toMatchObject({
    context: 3,
    position: 0,
    tokens: [-1, -1, -1, 7, 8, 9, 10],
    activations: [0, 0, 0, 2, 0, 1, 0],
    effects: [0, 0, 0, 0.5, 0, 0.25, 0],
  });
  expect(bottom!.examples[0]!.tokens).toEqual([7, 8, 9, 10, -1, -1, -1]);
  expect(top!.examples[1]).toBe(GROUPS[0]!.examples[1]);
});

test("a feature's effect on the next token's logit is its activation times that token's weight", () => {
  const weights = [0, 0, 0, 0, 0, 0, 0, 10, -3, 4, 0.5];
  const [top] = stateLogitEffects(widenGroups(GROUPS, new Map([[3, WHOLE]])), weights);
  expect(top!.examples[0]!.effects).toEqual([0, 0, 0, 2 * -3, 0, 0.5, 0]);
  expect(top!.examples[1]!.effects).toEqual([0, 2 * -3, 0]);
  expect(stateLogitEffects(GROUPS, null)[0]!.examples[0]!.effects).toBeNull();
});

test("contexts are listed once, in the order of the examples", () => {
  expect(listContexts(GROUPS, 9)).toEqual([3, 5]);
  expect(listContexts(GROUPS, 1)).toEqual([3]);
});

test("a token one points at is followed into the whole context, and not into another example", () => {
  const wide = widenGroups(GROUPS, new Map([[3, WHOLE]]));
  const inspection = { example: GROUPS[0]!.examples[0]!, start: 1, end: 2 };
  const followed = followInspection(inspection, GROUPS, wide)!;
  expect(followed).toEqual({ example: wide[0]!.examples[0], start: 3, end: 4 });
  expect(followed.example.tokens[followed.start]).toBe(inspection.example.tokens[inspection.start]);
  expect(followInspection(followed, wide, GROUPS)).toEqual(inspection);
  expect(followInspection(inspection, GROUPS, [createGroup("top", [{ context: 8 }])])).toBeUndefined();
});
