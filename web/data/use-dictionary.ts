import { useEffect, useState } from "preact/hooks";
import { type DictionaryData, loadDictionary } from "./dictionary-data.ts";

/** A dictionary's table once it is here; the page does without as long as it is not, or where there is no dictionary to load. */
export function useDictionary(id: string | undefined): DictionaryData | undefined {
  const [data, setData] = useState<DictionaryData>();
  useEffect(() => {
    setData(undefined);
    if (id === undefined) return;
    const controller = new AbortController();
    loadDictionary(id, controller.signal).then(
      (loaded) => controller.signal.aborted || setData(loaded),
      () => undefined,
    );
    return () => controller.abort();
  }, [id]);
  return data;
}
