import type { Intervention } from "../../src/steering/intervention.ts";

/** What is done to one feature; the kinds of an `Intervention`. */
export type SteerKind = Intervention["kind"];

/** One feature that is acted on, as it stands in an address. */
export interface SteeredFeature {
  readonly feature: number;
  readonly kind: SteerKind;
  /** What it is held at, or how much of its direction is added; null for its observed maximum. */
  readonly value: number | null;
  /** First and last position; a last one of null is the end, however far the text goes. Null for all positions. */
  readonly span: { readonly from: number; readonly to: number | null } | null;
}

/** What is done to the model, and to which text. */
export interface SteerSelection {
  readonly features: readonly SteeredFeature[];
  /** Parts of the address that name no feature of this dictionary. */
  readonly unknown: readonly string[];
  readonly tokens: number;
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
  /** The dictionary model's text is shown too. */
  readonly model: boolean;
  /** The feature whose dose is varied; null for the first. */
  readonly dose: number | null;
  readonly doseError: "keep" | "drop";
}

/** The paper's prefix for sampling with a pinned feature. */
export const DEFAULT_PROMPT = "1,2,3,4,5,6,7,8,9,10";
/** Tokens drawn unless the address says otherwise. */
export const DEFAULT_TOKENS = 60;

const MOST_FEATURES = 64;
const MOST_TOKENS = 500;
const LARGEST_VALUE = 1e6;
const KINDS: readonly string[] = ["pin", "add", "ablate"] satisfies SteerKind[];
const SPAN = /^(\d{1,6})-(\d{0,6})$/;
const NEVER_REACHED = 1_000_000;

/** The selection a query stands for; what it does not name, or names wrongly, is the default. */
export function parseSteerSelection(query: URLSearchParams, features: number): SteerSelection {
  const parts = (query.get("f") ?? "").split(",").filter((part) => part !== "");
  const parsed = parts.slice(0, MOST_FEATURES).map((part) => parseSteeredFeature(part, features));
  const dose = query.get("dose");
  return {
    features: parsed.filter((entry) => entry !== undefined),
    unknown: parts.filter((_, index) => parsed[index] === undefined),
    tokens: readNumber(query, "n", 1, MOST_TOKENS, DEFAULT_TOKENS, Math.round),
    temperature: readNumber(query, "temp", 0, 10, 1),
    topK: readNumber(query, "k", 0, 1_000_000, 0, Math.round),
    topP: readNumber(query, "top", 0.01, 1, 1),
    seed: readNumber(query, "seed", 0, 2 ** 31 - 1, 1, Math.round),
    model: query.get("model") === "show",
    dose: dose !== null && /^\d{1,9}$/.test(dose) ? Number(dose) : null,
    doseError: query.get("dose-error") === "drop" ? "drop" : "keep",
  };
}

/** `12:pin:8.1:0-5`: feature, kind, value, first and last position; the last two may be left out. */
export function formatSteeredFeatures(features: readonly SteeredFeature[]): string {
  return features
    .map(({ feature, kind, value, span }) =>
      [
        feature,
        kind,
        ...(value === null || kind === "ablate" ? [] : [String(value)]),
        ...(span === null ? [] : [`${span.from}-${span.to ?? ""}`]),
      ].join(":"),
    )
    .join(",");
}

/** The value an entry acts with. */
export function resolveValue({ feature, value }: SteeredFeature, maximum: ArrayLike<number>): number {
  return value ?? maximum[feature]!;
}

/** What is asked of the model. */
export function listInterventions(features: readonly SteeredFeature[], maximum: ArrayLike<number>): Intervention[] {
  return features.map((entry): Intervention => {
    const { feature, kind } = entry;
    const span =
      entry.span === null ? null : ([entry.span.from, (entry.span.to ?? NEVER_REACHED) + 1] as [number, number]);
    const value = resolveValue(entry, maximum);
    switch (kind) {
      case "pin":
        return { kind, feature, value, span };
      case "add":
        return { kind, feature, amount: value, span };
      case "ablate":
        return { kind, feature, span };
      default:
        return kind satisfies never;
    }
  });
}

function parseSteeredFeature(part: string, features: number): SteeredFeature | undefined {
  const [number = "", kind = "pin", ...rest] = part.split(":");
  if (!/^\d{1,9}$/.test(number) || Number(number) >= features || !isKind(kind)) return undefined;
  let [value, span]: [number | null, SteeredFeature["span"]] = [null, null];
  for (const field of rest) {
    const range = SPAN.exec(field);
    if (range !== null) span = parseSpan(range[1]!, range[2]!);
    else value = parseValue(field);
  }
  return { feature: Number(number), kind, value, span };
}

function isKind(text: string): text is SteerKind {
  return KINDS.includes(text);
}

function parseSpan(from: string, to: string): SteeredFeature["span"] {
  if (to !== "" && Number(to) < Number(from)) return null;
  return { from: Number(from), to: to === "" ? null : Number(to) };
}

function parseValue(text: string): number | null {
  const value = Number(text);
  return text.trim() === "" || !Number.isFinite(value) || Math.abs(value) > LARGEST_VALUE ? null : value;
}

function readNumber(
  query: URLSearchParams,
  name: string,
  low: number,
  high: number,
  otherwise: number,
  round = (value: number) => value,
): number {
  const text = query.get(name);
  const value = Number(text);
  return text === null || text.trim() === "" || Number.isNaN(value)
    ? otherwise
    : Math.min(high, Math.max(low, round(value)));
}
