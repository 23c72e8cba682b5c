import { useEffect, useState } from "preact/hooks";
import type { Splitting } from "../../src/analysis/splitting.ts";
import { fetchJson } from "./fetch-data.ts";

const loaded = new Map<string, Promise<Splitting>>();

/** The splitting graph that a dictionary is a level of. Asked for once. */
export function loadSplitting(dictionary: string): Promise<Splitting> {
  const known = loaded.get(dictionary);
  if (known !== undefined) return known;
  const splitting = fetchJson<Splitting>(`/api/d/${dictionary}/analyses/splitting`);
  loaded.set(dictionary, splitting);
  splitting.catch(() => loaded.delete(dictionary));
  return splitting;
}

/** The same, once it is here; nothing where there is none. */
export function useSplitting(dictionary: string, isThere: boolean): Splitting | undefined {
  const [splitting, setSplitting] = useState<Splitting>();
  useEffect(() => {
    let isGone = false;
    setSplitting(undefined);
    if (isThere)
      loadSplitting(dictionary).then(
        (graph) => isGone || setSplitting(graph),
        () => undefined,
      );
    return () => {
      isGone = true;
    };
  }, [dictionary, isThere]);
  return splitting;
}
