import type { Annotation } from "../../src/server/api.ts";
import type { DictionaryData } from "../data/dictionary-data.ts";
import type { FeatureSelection } from "../data/feature-order.ts";
import { useMedia } from "../data/use-media.ts";
import { useRowKeys } from "../data/use-row-keys.ts";
import { useVisibleRows } from "../data/use-visible-rows.ts";
import { FeatureRow } from "./feature-row.tsx";
import { SortHeader } from "./sort-header.tsx";

/** Heights of a row in pixels, as the style sheet has them: of a line, and of a card on a narrow screen. */
const ROW_HEIGHTS = { line: 44, card: 80 } as const;
/** The width below which rows are cards, as the style sheet has it. */
const NARROW = "(max-width: 48rem)";

const COLUMNS = [
  { sort: "index", title: "Feature", meaning: "the feature's number" },
  { sort: "label", title: "Label", meaning: "what somebody named it" },
  { sort: "density", title: "Density", meaning: "share of tokens it fires on" },
  { sort: "max", title: "Max", meaning: "its largest activation" },
  { sort: "mean", title: "Mean", meaning: "mean of its activations above zero" },
  { sort: "kurtosis", title: "Kurtosis", meaning: "excess kurtosis of its activations above zero" },
  { sort: "effect", title: "Use", meaning: "how much worse the next token is predicted without it, in nats" },
  { sort: "direction", title: "1 neuron", meaning: "share of its direction's squared norm in the largest entry" },
] as const;

/** The features of a selection in rows, of which only those near the screen exist. */
export function FeatureRows(props: {
  readonly data: DictionaryData;
  readonly order: Uint32Array;
  readonly annotations: ReadonlyMap<number, Annotation>;
  readonly selection: FeatureSelection;
  readonly query: URLSearchParams;
}) {
  const { data, order, selection, annotations } = props;
  const height = useMedia(NARROW) ? ROW_HEIGHTS.card : ROW_HEIGHTS.line;
  const { ref, first, last } = useVisibleRows<HTMLTableSectionElement>(order.length, height);
  const onKeyDown = useRowKeys(ref, order.length, height);
  return (
    <table class={`feature-table ${annotations.size > 0 ? "with-labels" : ""}`} aria-rowcount={order.length + 1}>
      <caption class="visually-hidden">Features of {data.summary.id}</caption>
      <thead>
        <tr aria-rowindex={1}>
          {COLUMNS.map((column) => (
            <SortHeader key={column.sort} {...column} selection={selection} />
          ))}
          <th scope="col" class="column-tokens">
            Top tokens
          </th>
          <th scope="col" class="column-raised">
            Raises
          </th>
        </tr>
      </thead>
      <tbody ref={ref} onKeyDown={onKeyDown}>
        <tr class="spacer" style={{ height: `${first * height}px` }} />
        {Array.from(order.subarray(first, last), (feature, offset) => (
          <FeatureRow
            key={feature}
            data={data}
            feature={feature}
            annotation={annotations.get(feature)}
            query={props.query}
            rowIndex={first + offset + 2}
          />
        ))}
        <tr class="spacer" style={{ height: `${(order.length - last) * height}px` }} />
      </tbody>
    </table>
  );
}
