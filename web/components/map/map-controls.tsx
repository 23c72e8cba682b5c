import type { ProxyProfiles } from "../../../src/analysis/specificity.ts";
import { isSelective, type MapQuery } from "../../data/map-points.ts";
import { setQuery } from "../../location-state.ts";
import { formatCount } from "../../text/format-number.ts";
import { ChoiceGroup } from "../choice-group.tsx";

/** A cluster as it is offered. */
export interface OfferedCluster {
  readonly cluster: number;
  readonly size: number;
  readonly tokens: readonly string[];
}

/** What the map is coloured by and limited to; it all goes to the address. */
export function MapControls(props: {
  readonly query: MapQuery;
  readonly dictionaries: number;
  readonly proxies: readonly ProxyProfiles[];
  readonly clusters: readonly OfferedCluster[];
}) {
  const { query, proxies } = props;
  return (
    <search class="controls">
      <label class="search-field">
        <span class="visually-hidden">Search tokens, labels or a feature's number</span>
        <input
          type="search"
          placeholder="Search tokens, labels or a number"
          dir="auto"
          value={query.search}
          onInput={(event) => setQuery({ q: event.currentTarget.value })}
        />
      </label>
      <ChoiceGroup
        legend="Colour by"
        name="colour"
        choices={listColours(props.dictionaries > 1, proxies.length > 0)}
        value={query.colour}
        onChange={(colour) => setQuery({ colour: colour === "cluster" ? "" : colour })}
      />
      {query.colour === "proxy" && proxies.length > 0 && <ProxyChoice query={query} proxies={proxies} />}
      <ClusterChoice query={query} clusters={props.clusters} />
      {isSelective(query) && (
        <button type="button" class="button" onClick={() => setQuery({ q: "", cluster: "", box: "" })}>
          Show all
        </button>
      )}
    </search>
  );
}

/** Dictionaries only where there are several, proxies only where specificity was measured. */
function listColours(several: boolean, measured: boolean): Readonly<Record<MapQuery["colour"], string>> {
  const colours = { cluster: "cluster", density: "density", dictionary: "dictionary", proxy: "proxy" };
  const left = Object.entries(colours).filter(
    ([colour]) => (several || colour !== "dictionary") && (measured || colour !== "proxy"),
  );
  return Object.fromEntries(left) as typeof colours;
}

function ProxyChoice({ query, proxies }: { readonly query: MapQuery; readonly proxies: readonly ProxyProfiles[] }) {
  return (
    <label class="sort-field">
      Proxy{" "}
      <select value={query.proxy ?? ""} onChange={(event) => setQuery({ proxy: event.currentTarget.value })}>
        {proxies.map(({ proxy, title }) => (
          <option key={proxy} value={proxy}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

function ClusterChoice({
  query,
  clusters,
}: {
  readonly query: MapQuery;
  readonly clusters: readonly OfferedCluster[];
}) {
  const chosen = query.cluster === undefined ? "" : String(query.cluster);
  return (
    <label class="sort-field map-clusters">
      Cluster{" "}
      <select value={chosen} onChange={(event) => setQuery({ cluster: event.currentTarget.value, box: "" })}>
        <option value="">all features</option>
        {clusters.map(({ cluster, size, tokens }) => (
          <option key={cluster} value={cluster}>
            {cluster + 1}: {formatCount(size)} features, {tokens.join(" ")}
          </option>
        ))}
      </select>
    </label>
  );
}
