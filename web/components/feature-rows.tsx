import type { DictionaryData } from "../data/dictionary-data.ts";
import { type FeatureSelection, findTopTokens } from "../data/feature-order.ts";
import { classifyFeature } from "../data/feature-state.ts";
import { useVisibleRows } from "../data/use-visible-rows.ts";
import { setQuery, withQuery } from "../location-state.ts";
import { formatDensity, formatSignificant } from "../text/format-number.ts";
import { DensityBar } from "./density-bar.tsx";
import { StateBadge } from "./state-badge.tsx";
import { TokenChip } from "./token-chip.tsx";

/** Height of a row in pixels, as the style sheet has it. */
const ROW_HEIGHT = 44;

const COLUMNS = [
  { sort: "index", title: "Feature" },
  { sort: "density", title: "Density" },
  { sort: "max", title: "Max" },
  { sort: "mean", title: "Mean" },
] as const;

/** The features of a selection in rows, of which only those near the screen exist. */
export function FeatureRows(props: {
  readonly data: DictionaryData;
  readonly order: Uint32Array;
  readonly selection: FeatureSelection;
  readonly query: URLSearchParams;
}) {
  const { data, order, selection } = props;
  const { ref, first, last } = useVisibleRows<HTMLTableSectionElement>(order.length, ROW_HEIGHT);
  return (
    <table class="feature-table" aria-rowcount={order.length + 1}>
      <caption class="visually-hidden">Features of {data.summary.id}</caption>
      <thead>
        <tr aria-rowindex={1}>
          {COLUMNS.map(({ sort, title }) => (
            <SortHeader key={sort} sort={sort} title={title} selection={selection} />
          ))}
          <th scope="col">Top tokens</th>
        </tr>
      </thead>
      <tbody ref={ref}>
        <tr class="spacer" style={{ height: `${first * ROW_HEIGHT}px` }} />
        {Array.from(order.subarray(first, last), (feature, offset) => (
          <FeatureRow key={feature} data={data} feature={feature} query={props.query} rowIndex={first + offset + 2} />
        ))}
        <tr class="spacer" style={{ height: `${(order.length - last) * ROW_HEIGHT}px` }} />
      </tbody>
    </table>
  );
}

function SortHeader({
  sort,
  title,
  selection,
}: {
  readonly sort: FeatureSelection["sort"];
  readonly title: string;
  readonly selection: FeatureSelection;
}) {
  const current = selection.sort === sort;
  const direction = selection.ascending ? "ascending" : "descending";
  const choose = () => setQuery({ sort, dir: current ? (selection.ascending ? "desc" : "asc") : "" });
  return (
    <th scope="col" class={`column-${sort}`} aria-sort={current ? direction : "none"}>
      <button type="button" onClick={choose}>
        {title}
        <span aria-hidden="true">{current ? (selection.ascending ? " ↑" : " ↓") : ""}</span>
      </button>
    </th>
  );
}

function FeatureRow({
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
