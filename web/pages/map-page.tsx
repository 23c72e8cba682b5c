import { useMemo, useState } from "preact/hooks";
import { CopyLine } from "../components/copy-line.tsx";
import { LoadState } from "../components/load-state.tsx";
import { MapControls, type OfferedCluster } from "../components/map/map-controls.tsx";
import { MapFigure } from "../components/map/map-figure.tsx";
import { MapList } from "../components/map/map-list.tsx";
import { readAnnotations } from "../data/annotations.ts";
import { type DrawnMap, loadMap } from "../data/map-data.ts";
import { isSelective, parseMapQuery, selectPoints } from "../data/map-points.ts";
import { createMappedFeatures, type MappedFeatures } from "../data/mapped-features.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { pageLocation, setQuery } from "../location-state.ts";
import { formatCount } from "../text/format-number.ts";

const OFFERED = 500;

/** All features in two dimensions, near one another where their directions are, with a list of the same beside it. */
export function MapPage({ dictionary }: { readonly dictionary: string }) {
  useTitle(`Map of ${dictionary}`);
  const resource = useResource(dictionary, (signal) => loadMap(dictionary, signal));
  const { details, drawn } = resource.value ?? {};
  return (
    <>
      <div class="page-head">
        <h1>The map</h1>
        {drawn !== undefined && <MapNote drawn={drawn} />}
      </div>
      <LoadState resource={resource} what="the map" />
      {details !== undefined && drawn === undefined && (
        <section class="section card">
          <p class="note">Not drawn yet for this dictionary:</p>
          <CopyLine what="Command" text={`monosem analyse map --run ${details.run} --dictionary ${details.name}`} />
        </section>
      )}
      {drawn !== undefined && <Drawn drawn={drawn} />}
    </>
  );
}

function Drawn({ drawn }: { readonly drawn: DrawnMap }) {
  const { map, points, sources } = drawn;
  const [marked, setMarked] = useState<number>();
  const query = parseMapQuery(pageLocation.value.query);
  const annotations = sources.map(({ id }) => (id === undefined ? undefined : readAnnotations(id).value.byFeature));
  const features = useMemo(
    () =>
      createMappedFeatures(
        map,
        points,
        sources.map((source, i) => ({ ...source, annotations: annotations[i] ?? new Map() })),
      ),
    [drawn, ...annotations],
  );
  const chosen = useMemo(
    () => selectPoints(points, query, query.search === "" ? () => true : features.search(query.search)),
    [points, features, query.search, query.cluster, JSON.stringify(query.box)],
  );
  const clusters = useMemo(() => offerClusters(drawn, features), [drawn, features]);
  const standsOut = isSelective(query) ? chosen : undefined;
  return (
    <>
      <MapControls query={query} dictionaries={map.dictionaries.length} proxies={drawn.proxies} clusters={clusters} />
      <div class="map-page">
        <MapFigure {...{ drawn, features, query, clusters, marked }} chosen={standsOut} onPoint={setMarked} />
        <section aria-label="Features of the map">
          <p class="note" role="status">
            {formatCount(chosen.length)} of {formatCount(points.x.length)} features, those alike beside one another
          </p>
          <MapList
            features={features}
            chosen={chosen}
            onPoint={setMarked}
            onCluster={(cluster) => setQuery({ cluster: String(cluster), box: "" })}
          />
        </section>
      </div>
    </>
  );
}

/** What is on the map, and what is not. */
function MapNote({ drawn: { map, sources } }: { readonly drawn: DrawnMap }) {
  const left = map.dictionaries.map(({ name, dead, ultralow }) => {
    const of = map.dictionaries.length > 1 ? ` of ${name}` : "";
    return `${formatCount(dead)} dead and ${formatCount(ultralow)} ultralow features${of}`;
  });
  const isStale = map.dictionaries.some(({ dictionarySha256 }, i) => {
    const pack = sources[i]!.data?.pack;
    return pack !== undefined && pack.dictionarySha256 !== dictionarySha256;
  });
  const what = map.directions === "decoder" ? "decoder directions" : "output weights";
  return (
    <>
      <p class="note">
        Near one another where the {what} are alike (UMAP of {map.settings.neighbours} exact neighbours by cosine); only
        nearness means something, not the axes nor the size of a gap. Not on it: {left.join(", ")}.
      </p>
      {isStale && (
        <p class="banner warning">
          The map is of other weights than the features have now: draw it again with monosem analyse map.
        </p>
      )}
    </>
  );
}

/** The largest clusters, each with the tokens of the feature in its middle. */
function offerClusters({ map, points }: DrawnMap, features: MappedFeatures): readonly OfferedCluster[] {
  const sizes = new Uint32Array(map.medoids.length);
  for (const cluster of points.cluster) if (cluster >= 0) sizes[cluster] = sizes[cluster]! + 1;
  return map.medoids.slice(0, OFFERED).map((medoid, cluster) => ({
    cluster,
    size: sizes[cluster]!,
    tokens: features.describe(medoid).tokens,
  }));
}
