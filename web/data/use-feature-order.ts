import { useEffect, useMemo, useState } from "preact/hooks";
import type { Annotation, SearchAnswer } from "../../src/server/api.ts";
import { readAnnotations } from "./annotations.ts";
import type { DictionaryData } from "./dictionary-data.ts";
import { asksAnnotations, type FeatureSelection, orderFeatures } from "./feature-order.ts";
import { fetchJson } from "./fetch-data.ts";

const PAUSE_MS = 200;
const NONE: ReadonlySet<number> = new Set();
const NO_FEATURES = new Uint32Array();
const NO_ANNOTATIONS: ReadonlyMap<number, Annotation> = new Map();

/**
 * The features a selection shows, in its order; none until the dictionary's data are here. What only the server can find is
 * added when it has answered.
 */
export function useFeatureOrder(
  dictionary: string,
  data: DictionaryData | undefined,
  selection: FeatureSelection,
): Uint32Array {
  const found = useServerSearch(dictionary, selection.search);
  const all = readAnnotations(dictionary).value.byFeature;
  // A large dictionary is not ordered again when labels come that change nothing.
  const annotations = asksAnnotations(selection) ? all : NO_ANNOTATIONS;
  return useMemo(
    () =>
      data === undefined
        ? NO_FEATURES
        : orderFeatures({ ...data, tokens: data.pack.tokens, annotations }, selection, found),
    [data, annotations, found, JSON.stringify(selection)],
  );
}

/** The features whose notes or explanations have a text, once one has stopped typing. */
function useServerSearch(dictionary: string, text: string): ReadonlySet<number> {
  const [answer, setAnswer] = useState({ text: "", found: NONE });
  useEffect(() => {
    if (text.trim() === "") return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      const address = `/api/d/${dictionary}/search?q=${encodeURIComponent(text)}`;
      fetchJson<SearchAnswer>(address, controller.signal).then(
        ({ features }) => setAnswer({ text, found: new Set(features) }),
        () => undefined,
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [dictionary, text]);
  return answer.text === text ? answer.found : NONE;
}
