/** A token of an example that an address points at. */
export interface PinnedToken {
  /** Name of the example's group, such as `top` or `interval-3`. */
  readonly group: string;
  readonly example: number;
  /** Place in the example's window. */
  readonly token: number;
}

/** How a feature's page shows what it shows; all of it stands in the address. */
export interface FeatureView {
  /** Lines with their centres below one another, the same window as text that flows, or the whole context. */
  readonly layout: "stack" | "snippet" | "full";
  readonly lineBreaks: boolean;
  /** What lines below tokens say of each: the feature's effect on its loss, on its logit, or nothing. */
  readonly effects: "loss" | "logit" | "none";
  readonly foldRepeats: boolean;
  readonly order: "strength" | "effect";
  readonly counts: "linear" | "log";
  /** The interval to go to, from 1. */
  readonly interval: number | undefined;
  readonly pinned: PinnedToken | undefined;
}

/** The choices of the view; the first is what an address need not say. */
const LAYOUTS = ["stack", "snippet", "full"] as const;
const EFFECTS = ["loss", "logit", "none"] as const;

const PLACE = /^([a-z]+(?:-[a-z]+|-\d{1,2})?)\.(\d{1,3})$/;

/** What an address says; what it does not say, or says wrongly, is the default. */
export function parseFeatureView(query: URLSearchParams): FeatureView {
  const interval = readNumber(query.get("iv"));
  return {
    layout: choose(LAYOUTS, query.get("ctx")),
    lineBreaks: query.get("br") === "1",
    effects: choose(EFFECTS, query.get("eff")),
    foldRepeats: query.get("rep") === "fold",
    order: query.get("by") === "effect" ? "effect" : "strength",
    counts: query.get("y") === "log" ? "log" : "linear",
    interval: interval !== undefined && interval >= 1 && interval <= 11 ? interval : undefined,
    pinned: readPinned(query),
  };
}

/** The query's parts that belong to one feature alone, emptied for the way to another. */
export const OF_ONE_FEATURE = { iv: "", ex: "", tok: "" } as const;

/** A query without what belongs to one feature alone. */
export function forgetPlace(query: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams(query);
  for (const name of Object.keys(OF_ONE_FEATURE)) kept.delete(name);
  return kept;
}

function choose<T extends string>(choices: readonly [T, ...T[]], value: string | null): T {
  return choices.find((choice) => choice === value) ?? choices[0];
}

function readPinned(query: URLSearchParams): PinnedToken | undefined {
  const [, group, example] = PLACE.exec(query.get("ex") ?? "") ?? [];
  const token = readNumber(query.get("tok"));
  if (group === undefined || token === undefined) return undefined;
  return { group, example: Number(example), token };
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
