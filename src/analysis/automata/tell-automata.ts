import type { CountBesideChance, NamedFinding } from "./automata.ts";

/** What cycles of so many states are called. */
export const LENGTH_NAMES = ["self-loops", "of two states", "of three states", "of four states"] as const;

/** The mean number of what chance makes. */
export function meanChance({ chance }: Pick<CountBesideChance, "chance">): number {
  return chance.reduce((sum, count) => sum + count, 0) / Math.max(1, chance.length);
}

/** Why an automaton that has a name was not found, in figures. */
export function explainAbsence({ classes, best }: NamedFinding, weakestEdge: number): string {
  const features = (count: number) => (count === 1 ? "1 feature fires" : `${count} features fire`);
  const counts = classes
    .map((of) => `${features(of.features)} mostly on ${of.title} (${of.tokens.toLocaleString("en-US")} tokens)`)
    .join(", ");
  if (best === null) return `${counts}; none of their edges close a circle`;
  return `${counts}; the strongest circle, ${best.states.join(" → ")}, has strength ${best.strength.toFixed(3)}, below ${weakestEdge}`;
}
