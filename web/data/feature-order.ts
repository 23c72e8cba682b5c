import { type FeatureTable, LOGIT_TOKENS, TOP_TOKENS } from "../../src/features/feature-table.ts";
import type { Annotation } from "../../src/server/api.ts";
import { classifyFeature, type FeatureState } from "./feature-state.ts";
import { sortByColumn } from "./sort-by-column.ts";
import type { TokenNames } from "./token-names.ts";

/** What the table can be sorted by. */
export const SORTS = ["max", "density", "mean", "kurtosis", "effect", "direction", "label", "rating", "index"] as const;
/** What the table can be limited to by how often features fire. */
export const FILTERS = ["all", "alive", "dense", "ultralow", "dead"] as const;
/** What the table can be limited to by what people said. */
export const FACETS = ["labelled", "rated"] as const;

/** Which features are shown, in which order. */
export interface FeatureSelection {
  readonly sort: (typeof SORTS)[number];
  readonly ascending: boolean;
  readonly filter: (typeof FILTERS)[number];
  readonly facets: readonly (typeof FACETS)[number][];
  /** Least density, and the density that all stay below. */
  readonly density: readonly [least: number, below: number] | undefined;
  /** Text in a top token, a raised token or the label, or a feature's number. */
  readonly search: string;
}

/** What features are chosen and ordered by. */
export interface FeatureSource {
  readonly table: FeatureTable;
  /** Tokens that were searched. */
  readonly tokens: number;
  readonly names: TokenNames;
  readonly annotations: ReadonlyMap<number, Annotation>;
}

/** The selection a query stands for; what it does not name, or names wrongly, is the default. */
export function parseSelection(query: URLSearchParams): FeatureSelection {
  const sort = SORTS.find((name) => name === query.get("sort")) ?? "max";
  const direction = query.get("dir");
  const facets = (query.get("facet") ?? "").split(",");
  return {
    sort,
    ascending: direction === null ? sort === "index" || sort === "label" : direction === "asc",
    filter: FILTERS.find((name) => name === query.get("show")) ?? "all",
    facets: FACETS.filter((name) => facets.includes(name)),
    density: parseRange(query.get("density")),
    search: query.get("q") ?? "",
  };
}

/** A range of densities as an address says it. */
export function renderRange([least, below]: readonly [number, number]): string {
  return `${least.toPrecision(9)}..${below.toPrecision(9)}`;
}

/**
 * The numbers of the features a selection shows, in its order; equals stay in the order of their numbers, and features without
 * the value come last. `found` are further features that the search is known to find.
 */
export function orderFeatures(
  source: FeatureSource,
  selection: FeatureSelection,
  found: ReadonlySet<number> = new Set(),
): Uint32Array {
  const order = chooseFeatures(source, selection, found);
  const { sort, ascending } = selection;
  if (sort === "label") return sortByLabel(order, source.annotations, ascending ? 1 : -1);
  return sort === "index" && ascending ? order : sortByColumn(order, chooseColumn(source, sort), ascending);
}

/** What a selection shows, in the order of the numbers. */
function chooseFeatures(source: FeatureSource, selection: FeatureSelection, found: ReadonlySet<number>): Uint32Array {
  const isFound = createSearch(source, selection.search, found);
  const isChosen = createFilter(source, selection);
  const features = source.table.firings.length;
  const order = new Uint32Array(features);
  let chosen = 0;
  for (let feature = 0; feature < features; feature++) {
    if (isChosen(feature) && isFound(feature)) order[chosen++] = feature;
  }
  return order.subarray(0, chosen);
}

/** Whether labels or ratings have a say in what a selection shows, or in which order. */
export function asksAnnotations({ sort, facets, search }: FeatureSelection): boolean {
  return sort === "label" || sort === "rating" || facets.length > 0 || search !== "";
}

/** The top tokens of a feature, up to three. */
export function findTopTokens({ topTokens }: FeatureTable, feature: number): number[] {
  return listTokens(topTokens, feature, TOP_TOKENS);
}

/** The tokens a feature raises most, up to five. */
export function findLogitTokens({ logitTokens }: FeatureTable, feature: number): number[] {
  return listTokens(logitTokens, feature, LOGIT_TOKENS);
}

function listTokens(tokens: Int32Array, feature: number, width: number): number[] {
  return Array.from(tokens.subarray(feature * width, (feature + 1) * width)).filter((id) => id >= 0);
}

function parseRange(text: string | null): readonly [number, number] | undefined {
  const [least, below, ...others] = (text ?? "").split("..").map((part) => (part === "" ? Number.NaN : Number(part)));
  if (least === undefined || below === undefined || others.length > 0) return undefined;
  return least >= 0 && below > least && below <= 2 ? [least, below] : undefined;
}

function sortByLabel(order: Uint32Array, annotations: FeatureSource["annotations"], sign: number): Uint32Array {
  const label = (feature: number) => annotations.get(feature)?.label ?? "";
  const { compare: collate } = new Intl.Collator();
  return order.sort((a, b) => {
    const [first, second] = [label(a), label(b)];
    if (first === "" || second === "") return Number(first === "") - Number(second === "") || a - b;
    return sign * collate(first, second) || a - b;
  });
}

function createFilter(
  { table, tokens, annotations }: FeatureSource,
  { filter, facets, density: range }: FeatureSelection,
): (feature: number) => boolean {
  const labelled = facets.includes("labelled");
  const rated = facets.includes("rated");
  return (feature) => {
    const density = table.firings[feature]! / tokens;
    if (range !== undefined && (density < range[0] || density >= range[1])) return false;
    if (!isShown(classifyFeature(table.firings[feature]!, tokens), filter)) return false;
    const annotation = labelled || rated ? annotations.get(feature) : undefined;
    return !(labelled && !annotation?.label) && !(rated && typeof annotation?.rating !== "number");
  };
}

/** A search over the vocabulary first, so that each token's text is looked at once and not once a feature. */
function createSearch(
  { table, names, annotations }: FeatureSource,
  text: string,
  found: ReadonlySet<number>,
): (feature: number) => boolean {
  const search = text.toLowerCase();
  if (search === "") return () => true;
  const known = new Map<number, boolean>();
  const matches = (id: number) => {
    const answer = known.get(id) ?? (id >= 0 && names.text(id).toLowerCase().includes(search));
    known.set(id, answer);
    return answer;
  };
  const holds = (tokens: Int32Array, feature: number, width: number) => {
    for (let at = feature * width; at < (feature + 1) * width; at++) if (matches(tokens[at]!)) return true;
    return false;
  };
  return (feature) =>
    String(feature) === search ||
    found.has(feature) ||
    holds(table.topTokens, feature, TOP_TOKENS) ||
    holds(table.logitTokens, feature, LOGIT_TOKENS) ||
    annotations.get(feature)?.label.toLowerCase().includes(search) === true;
}

function isShown(state: FeatureState, filter: FeatureSelection["filter"]): boolean {
  if (filter === "all") return true;
  return filter === "alive" ? state !== "dead" : state === filter;
}

function chooseColumn(
  { table, annotations }: FeatureSource,
  sort: Exclude<FeatureSelection["sort"], "label">,
): Float32Array | Uint32Array {
  switch (sort) {
    case "max":
      return table.maximum;
    case "density":
      return table.firings;
    case "mean":
      return table.mean;
    case "kurtosis":
      return table.kurtosis;
    case "effect":
      return table.ablation;
    case "direction":
      return table.directionTopShare;
    case "rating":
      return Float32Array.from(table.firings, (_, feature) => annotations.get(feature)?.rating ?? Number.NaN);
    case "index":
      return Uint32Array.from(table.firings.keys());
    default:
      return sort satisfies never;
  }
}
