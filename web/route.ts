import { ANALYSIS_NAMES, type AnalysisName } from "../src/analysis/analyses.ts";

/** The pages a dictionary has besides those of its single features, each under its own word of the address. */
export const DICTIONARY_PAGES = {
  dictionary: "",
  features: "f",
  prompt: "prompt",
  steer: "steer",
  texts: "texts",
  analyses: "analyses",
} as const;

/** A page that belongs to one dictionary; the address may say by the first digits of its hash which one was meant. */
export type DictionaryRoute =
  | {
      readonly kind: keyof typeof DICTIONARY_PAGES;
      readonly dictionary: string;
      readonly version: string | null;
    }
  | {
      readonly kind: "feature";
      readonly dictionary: string;
      readonly version: string | null;
      readonly feature: number;
    }
  | {
      readonly kind: "analysis";
      readonly dictionary: string;
      readonly version: string | null;
      readonly analysis: AnalysisName;
    };

/** The page an address stands for. */
export type Route =
  | { readonly kind: "home" | "lists" | "rate" | "help" | "unknown" }
  | { readonly kind: "run"; readonly run: string }
  | { readonly kind: "list"; readonly run: string; readonly list: number }
  | { readonly kind: "rating" | "rating-report"; readonly run: string; readonly session: string }
  | { readonly kind: "compare"; readonly left: string; readonly right: string }
  | DictionaryRoute;

const RUN = /^\/runs\/([a-z0-9][a-z0-9-]*)$/;
const LIST = /^\/lists\/([a-z0-9][a-z0-9-]*)\/(\d{1,9})$/;
const RATING = /^\/rate\/([a-z0-9][a-z0-9-]*)\/([a-z0-9][a-z0-9-]*)(\/report)?$/;
const COMPARE = /^\/compare\/([a-z0-9][a-z0-9-]*)\/([a-z0-9][a-z0-9-]*)$/;
const DICTIONARY = /^\/d\/([a-z0-9][a-z0-9-]*)(?:@([0-9a-f]{6,64}))?(?:\/([a-z-]+))?(?:\/(\d{1,9}))?$/;
const PLAIN = { "/": "home", "/lists": "lists", "/rate": "rate", "/help": "help" } as const;

/** The page of a path. */
export function parseRoute(path: string): Route {
  if (Object.hasOwn(PLAIN, path)) return { kind: PLAIN[path as keyof typeof PLAIN] };
  const run = RUN.exec(path)?.[1];
  if (run !== undefined) return { kind: "run", run };
  const list = LIST.exec(path);
  if (list !== null) return { kind: "list", run: list[1]!, list: Number(list[2]) };
  const rating = RATING.exec(path);
  if (rating !== null)
    return { kind: rating[3] === undefined ? "rating" : "rating-report", run: rating[1]!, session: rating[2]! };
  const compared = COMPARE.exec(path);
  if (compared !== null) return { kind: "compare", left: compared[1]!, right: compared[2]! };
  return parseDictionaryRoute(path) ?? { kind: "unknown" };
}

/** Whether a page belongs to one dictionary. */
export function isDictionaryRoute(route: Route): route is DictionaryRoute {
  return "dictionary" in route;
}

/** The address of a page of a dictionary. */
export function dictionaryAddress(dictionary: string, page: keyof typeof DICTIONARY_PAGES): string {
  return page === "dictionary" ? `/d/${dictionary}` : `/d/${dictionary}/${DICTIONARY_PAGES[page]}`;
}

/** The address of what an analysis found out about a dictionary. */
export function analysisAddress(dictionary: string, analysis: AnalysisName): string {
  return `/d/${dictionary}/${analysis}`;
}

function parseDictionaryRoute(path: string): DictionaryRoute | undefined {
  const [, dictionary, version = null, word = "", number] = DICTIONARY.exec(path) ?? [];
  if (dictionary === undefined) return undefined;
  if (number !== undefined)
    return word === "f" ? { kind: "feature", dictionary, version, feature: Number(number) } : undefined;
  const pages = Object.keys(DICTIONARY_PAGES) as (keyof typeof DICTIONARY_PAGES)[];
  const kind = pages.find((page) => DICTIONARY_PAGES[page] === word);
  if (kind !== undefined) return { kind, dictionary, version };
  const analysis = ANALYSIS_NAMES.find((name) => name === word);
  return analysis === undefined ? undefined : { kind: "analysis", dictionary, version, analysis };
}
