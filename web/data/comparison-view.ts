import { type Comparison, restoreMatches } from "../../src/analysis/comparison.ts";
import { summariseMatches } from "../../src/analysis/match-summary.ts";
import type { MedianEstimate } from "../../src/numerics/median-interval.ts";
import type { MetricRow } from "../components/metric-table.tsx";
import { formatInterval } from "./metric-rows.ts";

/** What of a comparison is looked at, as the address says it. */
export interface ComparisonView {
  /** Whose features are gone through. */
  readonly side: "left" | "right";
  readonly of: "features" | "neurons";
  /** What stands beside the correlation of activations. */
  readonly by: "logits" | "attribution";
  readonly order: "best" | "worst";
}

/** A feature and its best match. */
export interface MatchRow {
  readonly feature: number;
  readonly best: number;
  readonly activation: number;
  /** NaN where a site has no direct path to the logits. */
  readonly logits: number;
  readonly attribution: number;
  /** Share of the tokens on which it fires. */
  readonly density: number;
}

/** The view that an address asks for; what it does not know is the default. */
export function parseComparisonView(query: URLSearchParams): ComparisonView {
  return {
    side: query.get("side") === "right" ? "right" : "left",
    of: query.get("of") === "neurons" ? "neurons" : "features",
    by: query.get("by") === "attribution" ? "attribution" : "logits",
    order: query.get("order") === "worst" ? "worst" : "best",
  };
}

/** The features of a view that are neither dead nor ultralow, in its order. */
export function listMatches(
  comparison: Comparison,
  { side, of, order }: Pick<ComparisonView, "side" | "of" | "order">,
): MatchRow[] {
  const found = comparison[of];
  if (found === null) return [];
  const { best, activation, firings, written } = restoreMatches(found[side]);
  const { tokens, lowestDensity } = comparison;
  const rows = Array.from(best, (other, feature) => ({
    feature,
    best: other,
    activation: activation[feature]!,
    logits: written?.logits[feature] ?? Number.NaN,
    attribution: written?.attribution[feature] ?? Number.NaN,
    density: firings[feature]! / tokens,
  }));
  const sign = order === "best" ? -1 : 1;
  return rows
    .filter((row) => row.best !== -1 && row.density >= lowestDensity)
    .sort((a, b) => sign * (a.activation - b.activation) || a.feature - b.feature);
}

/** The medians, features beside neurons, with the paper's. */
export function listMedians(comparison: Comparison, side: "left" | "right"): MetricRow[] {
  return (["features", "neurons"] as const).flatMap((of) => {
    const found = comparison[of];
    if (found === null) return [];
    const { activation, logits, attribution } = summariseMatches(restoreMatches(found[side]), comparison);
    return [
      renderMedian(`${of}: activations`, activation, PAPER[of]),
      renderMedian(`${of}: logit weights of that pair`, logits),
      renderMedian(`${of}: attributions of that pair`, attribution),
    ].flat();
  });
}

const PAPER = { features: ".72", neurons: ".46" } as const;

function renderMedian(name: string, estimate: MedianEstimate | null, paper?: string): MetricRow[] {
  if (estimate === null) return [];
  const row = {
    name,
    value: estimate.median.toFixed(3),
    interval: formatInterval(estimate.interval, (end) => end.toFixed(3)),
  };
  return [paper === undefined ? row : { ...row, paper }];
}
