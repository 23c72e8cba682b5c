import { expect, test } from "vitest";
import { type FeatureAction, summariseActions, tellActions } from "./actions.ts";

const act = (before: number, pinned: [number, number, number], control: [number, number, number]): FeatureAction => ({
  ...{ feature: 0, result: null, rule: "tokens", tokens: 3 },
  effect: {
    before,
    pinned: { change: pinned[1], interval: [pinned[0], pinned[2]] },
    control: { change: control[1], interval: [control[0], control[2]] },
  },
});
const silent: FeatureAction = { feature: 1, result: null, rule: "", tokens: 0, effect: null };

test("a feature acts as predicted only where its interval is above both 0 and the random step's", () => {
  const actions = [
    act(0.1, [0.2, 0.3, 0.4], [-0.01, 0, 0.01]), // clearly
    act(0.1, [-0.1, 0.05, 0.2], [-0.01, 0, 0.01]), // its interval holds 0
    act(0.1, [0.2, 0.3, 0.4], [0.3, 0.35, 0.4]), // so does the random step
    act(0.1, [0.0, 0.01, 0.02], [0.1, 0.2, 0.3]), // the random step does more
    silent,
  ];
  const summary = summariseActions(actions);
  expect(summary).toMatchObject({ features: 5, predicting: 4, asPredicted: 1, controlAhead: 1 });
  // Factors 4, 1.5, 4 and 1.1: the median of four is the mean of the middle two.
  expect(summary.pinned!.median).toBeCloseTo((1.5 + 4) / 2, 12);
  expect(tellActions({ contexts: 1, positions: 128, summary, features: actions })).toMatch(
    /^Of 4 features .* \(of 5 looked at\), 1 make/,
  );
});

test("features without predictions are told as such", () => {
  const summary = summariseActions([silent]);
  expect(tellActions({ contexts: 1, positions: 128, summary, features: [silent] })).toMatch(/none has a rule/);
});
