import { type FeatureTable, TOP_TOKENS } from "../../src/features/feature-table.ts";
import { classifyFeature, type FeatureState } from "./feature-state.ts";

/** What the table can be sorted by. */
export const SORTS = ["max", "density", "mean", "index"] as const;
/** What the table can be limited to. */
export const FILTERS = ["all", "alive", "dense", "ultralow", "dead"] as const;

/** Which features are shown, in which order. */
export interface FeatureSelection {
  readonly sort: (typeof SORTS)[number];
  readonly ascending: boolean;
  readonly filter: (typeof FILTERS)[number];
  /** Text in one of the top tokens, or a feature's number. */
  readonly search: string;
}

/** The selection a query stands for; what it does not name, or names wrongly, is the default. */
export function parseSelection(query: URLSearchParams): FeatureSelection {
  const sort = SORTS.find((name) => name === query.get("sort")) ?? "max";
  const direction = query.get("dir");
  return {
    sort,
    ascending: direction === null ? sort === "index" : direction === "asc",
    filter: FILTERS.find((name) => name === query.get("show")) ?? "all",
    search: query.get("q") ?? "",
  };
}

/** The numbers of the features a selection shows, in its order; equals stay in the order of their numbers. */
export function orderFeatures(
  table: FeatureTable,
  tokens: number,
  selection: FeatureSelection,
  tokenText: (id: number) => string,
): Uint32Array {
  const search = selection.search.toLowerCase();
  const matches = (feature: number) =>
    isShown(classifyFeature(table.firings[feature]!, tokens), selection.filter) &&
    (search === "" ||
      String(feature) === search ||
      findTopTokens(table, feature).some((id) => tokenText(id).toLowerCase().includes(search)));
  const order = Uint32Array.from(table.firings.keys()).filter(matches);
  const value = chooseColumn(table, selection.sort);
  const sign = selection.ascending ? 1 : -1;
  return order.sort((a, b) => sign * (value(a) - value(b)) || a - b);
}

/** The top tokens of a feature, up to three. */
export function findTopTokens({ topTokens }: FeatureTable, feature: number): number[] {
  return Array.from(topTokens.subarray(feature * TOP_TOKENS, (feature + 1) * TOP_TOKENS)).filter((id) => id >= 0);
}

function isShown(state: FeatureState, filter: FeatureSelection["filter"]): boolean {
  if (filter === "all") return true;
  return filter === "alive" ? state !== "dead" : state === filter;
}

function chooseColumn(table: FeatureTable, sort: FeatureSelection["sort"]): (feature: number) => number {
  switch (sort) {
    case "max":
      return (feature) => table.maximum[feature]!;
    case "density":
      return (feature) => table.firings[feature]!;
    case "mean":
      return (feature) => table.mean[feature]!;
    case "index":
      return (feature) => feature;
    default:
      return sort satisfies never;
  }
}
