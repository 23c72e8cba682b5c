import type { FeatureState } from "../data/feature-state.ts";

const TITLES: Readonly<Record<FeatureState, string>> = {
  dead: "never fired on the text searched",
  ultralow: "fires on less than 1 in 100,000 tokens",
  ordinary: "fires now and then",
  dense: "fires on more than 1 in 100 tokens",
};

/** How often a feature fires, as a badge. */
export function StateBadge({ state }: { readonly state: FeatureState }) {
  const tone = state === "ordinary" ? "strong" : state === "dead" ? "warning" : "";
  return (
    <span class={`badge ${tone}`} title={TITLES[state]}>
      {state === "ordinary" ? "alive" : state}
    </span>
  );
}
