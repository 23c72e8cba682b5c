import type { PinnedEffect } from "../analysis/pinned-probability.ts";
import { estimateMedian, type MedianEstimate } from "../numerics/median-interval.ts";

/** A label that can be decided without a person, and how well a feature predicts it. */
export interface FeatureAsResult {
  readonly proxy: string;
  readonly title: string;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** One feature as a result of what stands before, and as a cause of what comes next. */
export interface FeatureAction {
  readonly feature: number;
  /** The proxy it predicts best; null where it came near none. */
  readonly result: FeatureAsResult | null;
  /** What its explanation says it makes likelier, in words; empty where no rule was found. */
  readonly rule: string;
  /** Tokens that the rule holds of, those it was found from left out. */
  readonly tokens: number;
  /** What holding the feature at its largest activation does to the probability of these tokens; null where there are none. */
  readonly effect: PinnedEffect | null;
}

/** What can be said of many features' actions. */
export interface ActionSummary {
  readonly features: number;
  /** Features whose explanation predicts tokens beyond those it was found from. */
  readonly predicting: number;
  /** Of these, whose tokens become likelier: the interval of the change above 0 and above that of the control. */
  readonly asPredicted: number;
  /** Of these, for which the control does the same to the same tokens: its interval above 0 and above the feature's. */
  readonly controlAhead: number;
  /** Factor by which the probability of the predicted tokens grows. */
  readonly pinned: MedianEstimate | null;
  readonly control: MedianEstimate | null;
}

/** The features of a dictionary as results and as actions, in one table (May 2023 note on features as results and actions). */
export interface Actions {
  readonly contexts: number;
  readonly positions: number;
  readonly summary: ActionSummary;
  readonly features: readonly FeatureAction[];
}

/** Counts and medians over features. */
export function summariseActions(features: readonly FeatureAction[]): ActionSummary {
  const effects = features.flatMap(({ effect }) => (effect === null ? [] : [effect]));
  const factors = (way: "pinned" | "control") =>
    estimateMedian(effects.filter(({ before }) => before > 0).map((effect) => 1 + effect[way].change / effect.before));
  const isAhead = (effect: PinnedEffect, way: "pinned" | "control", other: "pinned" | "control") =>
    effect[way].interval[0] > 0 && effect[way].interval[0] > effect[other].interval[1];
  return {
    features: features.length,
    predicting: effects.length,
    asPredicted: effects.filter((effect) => isAhead(effect, "pinned", "control")).length,
    controlAhead: effects.filter((effect) => isAhead(effect, "control", "pinned")).length,
    pinned: factors("pinned"),
    control: factors("control"),
  };
}

/** What was found, in a sentence or two. */
export function tellActions({ summary, positions }: Actions): string {
  const { features, predicting, asPredicted, controlAhead, pinned, control } = summary;
  if (predicting === 0)
    return `Of ${features} features none has a rule that predicts tokens beyond those it was found from.`;
  const factor = (estimate: MedianEstimate | null) => (estimate === null ? "none" : `${estimate.median.toFixed(2)}`);
  return (
    `Of ${predicting} features whose explanation predicts which tokens become likelier (of ${features} looked at), ${asPredicted} make them likelier when held at their largest activation, beyond what as long a step in a random direction does; for ${controlAhead} the random step does more. ` +
    `In the median the probability of the predicted tokens is multiplied by ${factor(pinned)}, by the random step by ${factor(control)}, over ${positions.toLocaleString("en-US")} positions.`
  );
}
