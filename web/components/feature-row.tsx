import { useMemo } from "preact/hooks";
import type { Annotation } from "../../src/server/api.ts";
import type { DictionaryData } from "../data/dictionary-data.ts";
import { findLogitTokens, findTopTokens } from "../data/feature-order.ts";
import { classifyFeature } from "../data/feature-state.ts";
import { withQuery } from "../location-state.ts";
import { formatDensity, formatLevel, formatPercent, formatSigned } from "../text/format-number.ts";
import { DensityBar } from "./density-bar.tsx";
import { SafeText } from "./safe-text.tsx";
import { StateBadge } from "./state-badge.tsx";
import { TokenChip } from "./token-chip.tsx";

/** What a row of the table says. */
export interface FeatureRowProps {
  readonly data: DictionaryData;
  readonly feature: number;
  readonly annotation: Annotation | undefined;
  readonly query: URLSearchParams;
  readonly rowIndex: number;
}

/** One feature in the table; left alone while other rows come and go. */
export function FeatureRow(props: FeatureRowProps) {
  return useMemo(() => renderRow(props), [props.data, props.feature, props.annotation, props.query, props.rowIndex]);
}

function renderRow(props: FeatureRowProps) {
  const { data, feature, annotation, query } = props;
  const { table, pack, names, summary } = data;
  const density = table.firings[feature]! / pack.tokens;
  const state = classifyFeature(table.firings[feature]!, pack.tokens);
  const number = (value: number, format: (value: number) => string) =>
    state === "dead" || Number.isNaN(value) ? "" : format(value);
  return (
    <tr aria-rowindex={props.rowIndex}>
      <th scope="row" class="column-index">
        <a href={withQuery(`/d/${summary.id}/f/${feature}`, query)}>{feature}</a>
        {state !== "ordinary" && <StateBadge state={state} />}
      </th>
      <td class="column-label">
        {annotation !== undefined && annotation.label !== "" && <SafeText text={annotation.label} />}
        {annotation?.rating != null && <span class="rating">{annotation.rating}/14</span>}
      </td>
      <td class="column-density">
        <DensityBar density={density} />
        {formatDensity(density)}
      </td>
      <td class="column-max">{number(table.maximum[feature]!, formatLevel)}</td>
      <td class="column-mean">{number(table.mean[feature]!, formatLevel)}</td>
      <td class="column-kurtosis">{number(table.kurtosis[feature]!, (value) => formatSigned(value, 1))}</td>
      <td class="column-effect">{number(table.ablation[feature]!, (value) => formatSigned(value, 3))}</td>
      <td class="column-direction">{formatPercent(table.directionTopShare[feature]!)}</td>
      <td class="column-tokens">{chips(findTopTokens(table, feature))}</td>
      <td class="column-raised">{chips(findLogitTokens(table, feature).slice(0, 3))}</td>
    </tr>
  );

  function chips(tokens: readonly number[]) {
    return tokens.map((id) => <TokenChip text={names.text(id)} key={id} />);
  }
}
