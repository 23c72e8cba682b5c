import { useMemo, useState } from "preact/hooks";
import { DataTable } from "../../charts/data-table.tsx";
import type { DrawnMap } from "../../data/map-data.ts";
import { type MapQuery, renderNumbers } from "../../data/map-points.ts";
import { chooseTones, describeTones, indexTones } from "../../data/map-tones.ts";
import type { MappedFeatures } from "../../data/mapped-features.ts";
import { useMapColours } from "../../data/use-map-colours.ts";
import { navigate, pageLocation, setQuery } from "../../location-state.ts";
import { formatCount, formatDensity } from "../../text/format-number.ts";
import { Segments } from "../segments.tsx";
import { TokenChip } from "../token-chip.tsx";
import type { OfferedCluster } from "./map-controls.tsx";
import { MapLegend, MapPalette } from "./map-legend.tsx";
import { MapPlane } from "./map-plane.tsx";

/** What the figure of a map shows. */
export interface MapFigureProps {
  readonly drawn: DrawnMap;
  readonly features: MappedFeatures;
  readonly query: MapQuery;
  /** The points that stand out; all unless given. */
  readonly chosen: Uint32Array | undefined;
  readonly clusters: readonly OfferedCluster[];
  readonly marked: number | undefined;
  readonly onPoint: (point: number | undefined) => void;
}

const DRAGS = { move: "move", select: "select" } as const;

/** The map with its legend, what is pointed at, and its clusters as a table. */
export function MapFigure(props: MapFigureProps) {
  const { drawn, features, query, chosen, marked } = props;
  const [drag, setDrag] = useState<keyof typeof DRAGS>("move");
  const { ref, colours } = useMapColours();
  const { points, map } = drawn;
  const proxy = drawn.proxies.find((known) => known.proxy === query.proxy) ?? drawn.proxies[0];
  const toned = useMemo(
    () => ({ x: points.x, y: points.y, tones: indexTones(points.x.length, chooseTones(points, query, proxy), chosen) }),
    [points, query.colour, proxy, chosen],
  );
  const count = formatCount(points.x.length);
  return (
    <figure class="chart map-figure">
      <figcaption>
        <MapReadout features={features} marked={marked} />
        <Segments legend="A drag does" name="drag" choices={DRAGS} value={drag} onChoose={setDrag} />
      </figcaption>
      <MapPalette palette={ref} />
      <MapPlane
        label={`Map of ${count} features in ${formatCount(map.medoids.length)} clusters. Arrow keys move it, plus and minus zoom, 0 shows all; the list has the same features.`}
        points={toned}
        colours={colours}
        view={pageLocation.value.query.get("view")}
        box={query.box}
        marked={marked}
        stretches={drag === "select"}
        onView={(view) => setQuery({ view })}
        onPoint={props.onPoint}
        onOpen={(point) => {
          const { address } = features.describe(point);
          if (address !== undefined) navigate(address);
        }}
        onBox={({ left, bottom, right, top }) => setQuery({ box: renderNumbers([left, bottom, right, top]) })}
      />
      <MapLegend
        entries={describeTones(
          query,
          map.dictionaries.map(({ name }) => name),
        )}
      />
      <DataTable
        caption="Clusters of the map"
        columns={["cluster", "features", "in its middle", "top tokens there"]}
        rows={() =>
          props.clusters.map(({ cluster, size, tokens }) => [
            String(cluster + 1),
            formatCount(size),
            features.describe(map.medoids[cluster]!).name,
            tokens.join(" "),
          ])
        }
      />
    </figure>
  );
}

function MapReadout({ features, marked }: { readonly features: MappedFeatures; readonly marked: number | undefined }) {
  if (marked === undefined)
    return <span class="readout">Point at a feature; a click opens it, shift and a drag select.</span>;
  const { name, cluster, density, label, tokens } = features.describe(marked);
  return (
    <span class="readout">
      <b>{name}</b> {label} density {formatDensity(density)}
      {cluster >= 0 && `, cluster ${cluster + 1}`}{" "}
      {tokens.map((token) => (
        <TokenChip key={token} text={token} />
      ))}
    </span>
  );
}
