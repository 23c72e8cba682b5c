import { useMemo } from "preact/hooks";
import type { MappedFeatures } from "../../data/mapped-features.ts";
import { useRowKeys } from "../../data/use-row-keys.ts";
import { useVisibleRows } from "../../data/use-visible-rows.ts";
import { formatDensity } from "../../text/format-number.ts";
import { SafeText } from "../safe-text.tsx";
import { TokenChip } from "../token-chip.tsx";

/** Height of a row in pixels, as the style sheet has it. */
const ROW_HEIGHT = 44;

/** Features of the map in the order of likeness, of which only those near the screen exist; the keyboard's way to each. */
export function MapList(props: {
  readonly features: MappedFeatures;
  readonly chosen: Uint32Array;
  readonly onPoint: (point: number | undefined) => void;
  readonly onCluster: (cluster: number) => void;
}) {
  const { features, chosen, onPoint, onCluster } = props;
  const { ref, first, last } = useVisibleRows<HTMLTableSectionElement>(chosen.length, ROW_HEIGHT);
  const onKeyDown = useRowKeys(ref, chosen.length, ROW_HEIGHT);
  return (
    <table class="map-list" aria-rowcount={chosen.length + 1}>
      <caption class="visually-hidden">Features, those alike beside one another</caption>
      <thead>
        <tr aria-rowindex={1}>
          <th scope="col">Feature</th>
          <th scope="col">Cluster</th>
          <th scope="col">Density</th>
          <th scope="col">Top tokens</th>
        </tr>
      </thead>
      <tbody ref={ref} onKeyDown={onKeyDown} onMouseLeave={() => onPoint(undefined)}>
        <tr class="spacer" style={{ height: `${first * ROW_HEIGHT}px` }} />
        {Array.from(chosen.subarray(first, last), (point, offset) => (
          <MapRow key={point} {...{ features, point, onPoint, onCluster }} rowIndex={first + offset + 2} />
        ))}
        <tr class="spacer" style={{ height: `${(chosen.length - last) * ROW_HEIGHT}px` }} />
      </tbody>
    </table>
  );
}

function MapRow(props: {
  readonly features: MappedFeatures;
  readonly point: number;
  readonly rowIndex: number;
  readonly onPoint: (point: number | undefined) => void;
  readonly onCluster: (cluster: number) => void;
}) {
  const { features, point, rowIndex, onPoint, onCluster } = props;
  return useMemo(() => {
    const { name, address, cluster, density, label, tokens } = features.describe(point);
    return (
      <tr aria-rowindex={rowIndex} onMouseEnter={() => onPoint(point)}>
        <th scope="row">
          {address === undefined ? (
            name
          ) : (
            <a href={address} onFocus={() => onPoint(point)}>
              {name}
            </a>
          )}
        </th>
        <td>
          {cluster >= 0 && (
            <button type="button" class="quiet-button" title="Only this cluster" onClick={() => onCluster(cluster)}>
              {cluster + 1}
            </button>
          )}
        </td>
        <td>{formatDensity(density)}</td>
        <td>
          {label !== "" && <SafeText text={label} />}
          {tokens.map((token) => (
            <TokenChip key={token} text={token} />
          ))}
        </td>
      </tr>
    );
  }, [features, point, rowIndex]);
}
