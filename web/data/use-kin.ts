import type { SplittingLevel } from "../../src/analysis/splitting.ts";
import { analysisAddress } from "../route.ts";
import type { DictionaryData } from "./dictionary-data.ts";
import { readRunDictionaries } from "./run-dictionaries.ts";
import { useSplitting } from "./splitting-data.ts";
import { listChildren, listParents, type Relative } from "./splitting-view.ts";

/** A feature's parents in the next smaller dictionary of its run, or its children in the next larger, the closest first. */
export interface KinSide {
  readonly kind: "part of" | "splits into";
  readonly level: SplittingLevel;
  /** How many there are, those that were not kept included. */
  readonly count: number;
  readonly relatives: readonly Relative[];
  readonly address: (feature: number) => string | undefined;
}

/** What a feature is part of and what it splits into, and the page that walks the graph from it. */
export interface FeatureKin {
  readonly walk: string;
  readonly sides: readonly KinSide[];
}

/** A feature's place in the splitting graph of its run; nothing where there is none, or where it takes no part. */
export function useKin({ summary, pack }: DictionaryData, feature: number): FeatureKin | undefined {
  const splitting = useSplitting(summary.id, summary.analyses?.includes("splitting") ?? false);
  const served = readRunDictionaries(summary.run).value;
  if (splitting === undefined) return undefined;
  const { levels, links, threshold } = splitting;
  const own = levels.findIndex(({ dictionary }) => dictionary === summary.name);
  if (levels[own]?.dictionarySha256 !== pack.dictionarySha256) return undefined;
  const describe = (kind: KinSide["kind"], at: number, count: number, relatives: readonly Relative[]): KinSide[] => {
    const level = levels[at];
    if (level === undefined || count < 0) return [];
    const page = served.find((other) => other.name === level.dictionary && other.pack !== null);
    return [{ kind, level, count, relatives, address: (other) => page && `/d/${page.id}/f/${other}` }];
  };
  const [above, below] = [links[own - 1]?.parentCounts[feature], links[own]?.childCounts[feature]];
  const sides = [
    ...describe("part of", own - 1, above ?? -1, listParents(splitting, own, feature, threshold)),
    ...describe("splits into", own + 1, below ?? -1, listChildren(splitting, own, feature, threshold)),
  ];
  return sides.length === 0 ? undefined : { walk: `${analysisAddress(summary.id, "splitting")}?f=${feature}`, sides };
}
