import { useMemo } from "preact/hooks";
import { FeatureControls, type SelectionCounts } from "../components/feature-controls.tsx";
import { FeatureRows } from "../components/feature-rows.tsx";
import { LoadState } from "../components/load-state.tsx";
import { PackNotice } from "../components/pack-notice.tsx";
import { type Annotations, readAnnotations } from "../data/annotations.ts";
import { type DictionaryData, loadDictionary, peekDictionary } from "../data/dictionary-data.ts";
import { parseSelection } from "../data/feature-order.ts";
import { classifyFeature } from "../data/feature-state.ts";
import { useFeatureOrder } from "../data/use-feature-order.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { pageLocation } from "../location-state.ts";
import { formatCount } from "../text/format-number.ts";

/** All features of a dictionary, to sort, filter and search; who types a search goes on typing when the features come. */
export function FeatureTablePage({ dictionary }: { readonly dictionary: string }) {
  useTitle(`Features of ${dictionary}`);
  const resource = useResource(
    dictionary,
    (signal) => loadDictionary(dictionary, signal),
    () => peekDictionary(dictionary),
  );
  const { query } = pageLocation.value;
  const selection = parseSelection(query);
  const data = resource.value;
  const annotations = readAnnotations(dictionary).value;
  const counts = useMemo(() => data && countStates(data, annotations), [data, annotations]);
  const order = useFeatureOrder(dictionary, data, selection);
  return (
    <>
      <div class="page-head">
        <h1>Features</h1>
        {data !== undefined && (
          <p class="note" role="status">
            {formatCount(order.length)} of {formatCount(data.pack.features)} shown
          </p>
        )}
      </div>
      {data !== undefined && <PackNotice pack={data.pack} />}
      {data !== undefined && data.summary.packWarning != null && (
        <p class="banner warning">{data.summary.packWarning}</p>
      )}
      <FeatureControls selection={selection} counts={counts} />
      <LoadState resource={resource} what="the features" />
      {data !== undefined && (
        <FeatureRows
          data={data}
          order={order}
          annotations={annotations.byFeature}
          selection={selection}
          query={query}
        />
      )}
      {data !== undefined && order.length === 0 && (
        <p class="pending">No feature fits. Try a shorter text, or show all.</p>
      )}
    </>
  );
}

function countStates({ table, pack }: DictionaryData, { byFeature }: Annotations): SelectionCounts {
  const counts = { all: table.firings.length, alive: 0, dense: 0, ultralow: 0, dead: 0, labelled: 0, rated: 0 };
  for (const firings of table.firings) {
    const state = classifyFeature(firings, pack.tokens);
    if (state !== "dead") counts.alive += 1;
    if (state !== "ordinary") counts[state] += 1;
  }
  for (const { label, rating } of byFeature.values()) {
    if (label !== "") counts.labelled += 1;
    if (rating !== null) counts.rated += 1;
  }
  return counts;
}
