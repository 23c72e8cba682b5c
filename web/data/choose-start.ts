import type { DictionarySummary, RunSummary } from "../../src/server/api.ts";

/** The finished dictionary with the most features, or a partial one when there is no other. */
export function chooseStart(runs: readonly RunSummary[]): DictionarySummary | undefined {
  const rank = ({ pack, name }: DictionarySummary) =>
    (pack?.partial === false ? 1e9 : 0) + (name === "neurons" ? 0 : 1e8) + (pack?.features ?? 0);
  const ready = runs.flatMap(({ dictionaries }) => dictionaries).filter(({ pack }) => pack !== null);
  return ready.toSorted((a, b) => rank(b) - rank(a))[0];
}
