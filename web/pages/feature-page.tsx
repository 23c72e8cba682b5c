import { useEffect, useMemo } from "preact/hooks";
import type { FeatureRecord } from "../../src/features/feature-record.ts";
import { ActivationCard } from "../components/activation-card.tsx";
import { Examples } from "../components/examples.tsx";
import { FeatureHeader } from "../components/feature-header.tsx";
import { FeaturePager } from "../components/feature-pager.tsx";
import { LoadState } from "../components/load-state.tsx";
import { LogitCard } from "../components/logit-card.tsx";
import { NeuronCard } from "../components/neuron-card.tsx";
import { PackNotice } from "../components/pack-notice.tsx";
import { type DictionaryData, loadDictionary, loadRecord } from "../data/dictionary-data.ts";
import { findNeighbours } from "../data/feature-neighbours.ts";
import { orderFeatures, parseSelection } from "../data/feature-order.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { pageLocation, withQuery } from "../location-state.ts";

/** One feature: where it fires, how strongly, and what it does. */
export function FeaturePage({ dictionary, feature }: { readonly dictionary: string; readonly feature: number }) {
  useTitle(`Feature ${feature} of ${dictionary}`);
  const resource = useResource(`${dictionary} ${feature}`, async (signal) => {
    const data = await loadDictionary(dictionary, signal);
    return { data, record: await loadRecord(data, feature) };
  });
  const data = resource.value?.data;
  const record = resource.value?.record.index === feature ? resource.value.record : undefined;
  return (
    <>
      <FeatureHeader feature={feature} record={record} tokens={data?.pack.tokens}>
        {data !== undefined && <Pager data={data} feature={feature} />}
      </FeatureHeader>
      <LoadState resource={resource} what="the feature" />
      {data !== undefined && <PackNotice pack={data.pack} />}
      {resource.value !== undefined && resource.error === undefined && (
        <div class={record === undefined ? "stale" : ""}>
          <FeaturePanels {...resource.value} />
        </div>
      )}
    </>
  );
}

function FeaturePanels({ data, record }: { readonly data: DictionaryData; readonly record: FeatureRecord }) {
  return (
    <div class="feature-panels">
      <div class="feature-side">
        {record.firings > 0 && <ActivationCard record={record} />}
        {record.logits !== null && <LogitCard logits={record.logits} names={data.names} />}
        {record.neurons.length > 0 && <NeuronCard neurons={record.neurons} />}
      </div>
      {record.groups.length > 0 ? (
        <Examples key={record.index} record={record} names={data.names} />
      ) : (
        <p class="card pending">There are no examples: the feature fired on none of the text searched.</p>
      )}
    </div>
  );
}

function Pager({ data, feature }: { readonly data: DictionaryData; readonly feature: number }) {
  const { query } = pageLocation.value;
  const order = useMemo(
    () => orderFeatures(data.table, data.pack.tokens, parseSelection(query), data.names.text),
    [data, query.toString()],
  );
  const { place, previous, next } = findNeighbours(order, feature);
  useEffect(() => {
    for (const neighbour of [previous, next])
      if (neighbour !== undefined) loadRecord(data, neighbour).catch(() => undefined);
  }, [data, previous, next]);
  const address = (neighbour: number | undefined) =>
    neighbour === undefined ? undefined : withQuery(`/d/${data.summary.id}/f/${neighbour}`, query);
  return (
    <FeaturePager
      previous={address(previous)}
      next={address(next)}
      table={withQuery(`/d/${data.summary.id}/f`, query)}
      place={
        place < 0
          ? "outside the filter"
          : `${(place + 1).toLocaleString("en-US")} of ${order.length.toLocaleString("en-US")}`
      }
    />
  );
}
