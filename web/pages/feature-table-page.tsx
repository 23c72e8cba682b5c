import { useEffect, useMemo } from "preact/hooks";
import { FeatureControls, SEARCH_ID } from "../components/feature-controls.tsx";
import { FeatureRows } from "../components/feature-rows.tsx";
import { LoadState } from "../components/load-state.tsx";
import { PackNotice } from "../components/pack-notice.tsx";
import { type DictionaryData, loadDictionary } from "../data/dictionary-data.ts";
import { type FeatureSelection, orderFeatures, parseSelection } from "../data/feature-order.ts";
import { classifyFeature } from "../data/feature-state.ts";
import { isTyping } from "../data/is-typing.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { pageLocation } from "../location-state.ts";

/** All features of a dictionary, to sort, filter and search. */
export function FeatureTablePage({ dictionary }: { readonly dictionary: string }) {
  useTitle(`Features of ${dictionary}`);
  useSearchKey();
  const resource = useResource(dictionary, (signal) => loadDictionary(dictionary, signal));
  const { query } = pageLocation.value;
  const selection = parseSelection(query);
  const data = resource.value;
  const counts = useMemo(() => (data === undefined ? undefined : countStates(data)), [data]);
  const order = useMemo(
    () => (data === undefined ? undefined : orderFeatures(data.table, data.pack.tokens, selection, data.names.text)),
    [data, query.toString()],
  );
  return (
    <>
      <div class="page-head">
        <h1>Features</h1>
        {order !== undefined && data !== undefined && (
          <p class="note" role="status">
            {order.length.toLocaleString("en-US")} of {data.pack.features.toLocaleString("en-US")} shown
          </p>
        )}
      </div>
      {data !== undefined && <PackNotice pack={data.pack} />}
      <FeatureControls selection={selection} counts={counts} />
      <LoadState resource={resource} what="the features" />
      {data !== undefined && order !== undefined && (
        <FeatureRows data={data} order={order} selection={selection} query={query} />
      )}
      {order?.length === 0 && <p class="pending">No feature fits. Try a shorter text, or show all.</p>}
    </>
  );
}

function useSearchKey(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || isTyping(event)) return;
      event.preventDefault();
      document.getElementById(SEARCH_ID)?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

function countStates({ table, pack }: DictionaryData): Record<FeatureSelection["filter"], number> {
  const counts = { all: table.firings.length, alive: 0, dense: 0, ultralow: 0, dead: 0 };
  for (const firings of table.firings) {
    const state = classifyFeature(firings, pack.tokens);
    if (state !== "dead") counts.alive += 1;
    if (state !== "ordinary") counts[state] += 1;
  }
  return counts;
}
