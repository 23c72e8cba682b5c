/** The page an address stands for. */
export type Route =
  | { readonly kind: "home" }
  | { readonly kind: "run"; readonly run: string }
  | { readonly kind: "dictionary"; readonly dictionary: string }
  | { readonly kind: "features"; readonly dictionary: string }
  | { readonly kind: "feature"; readonly dictionary: string; readonly feature: number }
  | { readonly kind: "unknown" };

const RUN = /^\/runs\/([a-z0-9][a-z0-9-]*)$/;
const DICTIONARY = /^\/d\/([a-z0-9][a-z0-9-]*)(\/f)?$/;
const FEATURE = /^\/d\/([a-z0-9][a-z0-9-]*)\/f\/(\d{1,9})$/;

/** The page of a path. */
export function parseRoute(path: string): Route {
  if (path === "/") return { kind: "home" };
  const run = RUN.exec(path)?.[1];
  if (run !== undefined) return { kind: "run", run };
  const feature = FEATURE.exec(path);
  if (feature !== null) return { kind: "feature", dictionary: feature[1]!, feature: Number(feature[2]) };
  const dictionary = DICTIONARY.exec(path);
  if (dictionary === null) return { kind: "unknown" };
  return { kind: dictionary[2] === undefined ? "dictionary" : "features", dictionary: dictionary[1]! };
}
