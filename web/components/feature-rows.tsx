import type { DictionaryData } from "../data/dictionary-data.ts";
import type { FeatureSelection } from "../data/feature-order.ts";
import { useVisibleRows } from "../data/use-visible-rows.ts";
import { FeatureRow } from "./feature-row.tsx";
import { SortHeader } from "./sort-header.tsx";

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
