import type { DictionaryData } from "../data/dictionary-data.ts";
import { findTopTokens } from "../data/feature-order.ts";
import { classifyFeature } from "../data/feature-state.ts";
import { withQuery } from "../location-state.ts";
import { formatDensity, formatSignificant } from "../text/format-number.ts";
import { DensityBar } from "./density-bar.tsx";
import { StateBadge } from "./state-badge.tsx";
import { TokenChip } from "./token-chip.tsx";

/** One feature in the table. */
export function FeatureRow({
  data,
  feature,
  query,
  rowIndex,
}: {
  readonly data: DictionaryData;
  readonly feature: number;
  readonly query: URLSearchParams;
  readonly rowIndex: number;
}) {
  const { table, pack, names, summary } = data;
  const density = table.firings[feature]! / pack.tokens;
  const state = classifyFeature(table.firings[feature]!, pack.tokens);
  const level = (value: number) => (state === "dead" ? "" : formatSignificant(value));
  return (
    <tr aria-rowindex={rowIndex}>
      <th scope="row" class="column-index">
        <a href={withQuery(`/d/${summary.id}/f/${feature}`, query)}>{feature}</a>
        {state !== "ordinary" && <StateBadge state={state} />}
      </th>
      <td class="column-density">
        <DensityBar density={density} />
        {formatDensity(density)}
      </td>
      <td class="column-max">{level(table.maximum[feature]!)}</td>
      <td class="column-mean">{level(table.mean[feature]!)}</td>
      <td class="column-tokens">
        {findTopTokens(table, feature).map((id) => (
          <TokenChip text={names.text(id)} key={id} />
        ))}
      </td>
    </tr>
  );
}
