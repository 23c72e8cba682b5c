import { useEffect, useMemo } from "preact/hooks";
import { FeatureHeader } from "../components/feature-header.tsx";
import { FeaturePager } from "../components/feature-pager.tsx";
import { FeaturePanels } from "../components/feature-panels.tsx";
import { LoadState } from "../components/load-state.tsx";
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
