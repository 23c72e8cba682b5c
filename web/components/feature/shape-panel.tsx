import { classifyDirection } from "../../../src/features/classify-direction.ts";
import type { FeatureRecord } from "../../../src/features/feature-record.ts";
import { measureMoments } from "../../../src/features/moments.ts";
import { formatPercent, formatSigned, formatSignificant } from "../../text/format-number.ts";
import { MetricTable } from "../metric-table.tsx";
import { Panel, type PanelFrame } from "../panel.tsx";

const KINDS = {
  "1-sparse": "lies along one neuron",
  "10-sparse": "lies along some ten neurons",
  dense: "is spread over many neurons",
} as const;

/** The moments of a feature's activations, and on how few neurons its direction rests. */
export function ShapePanel(props: {
  readonly record: FeatureRecord;
  readonly frame: PanelFrame;
  /** The page of all directions beside one another. */
  readonly basis: string | undefined;
}) {
  const { record, frame, basis } = props;
  const { direction } = record;
  const moments = measureMoments(record);
  const meanSquare = record.sumOfSquares / record.firings;
  const kind = classifyDirection(direction);
  const table = () => ({
    columns: ["figure", "value"],
    rows: Object.entries({ ...moments, meanSquare, ...direction }).map(([name, value]) => [name, value]),
  });
  return (
    <Panel
      name="moments"
      frame={frame}
      data={() => ({ table: table(), json: { ...moments, meanSquare, direction: { ...direction, kind } } })}
    >
      {record.firings > 0 && (
        <MetricTable
          caption="Activations above zero"
          rows={[
            { name: "mean", value: formatSignificant(moments.mean) },
            { name: "standard deviation", value: formatSignificant(moments.deviation) },
            { name: "mean square", value: formatSignificant(meanSquare) },
            { name: "skewness", value: formatShape(moments.skewness) },
            { name: "excess kurtosis", value: formatShape(moments.kurtosis) },
          ]}
        />
      )}
      <p class="shape-kind">
        Its direction is <b>{kind}</b>: it {KINDS[kind]}.
        {basis !== undefined && (
          <>
            {" "}
            <a href={basis}>All directions</a>
          </>
        )}
      </p>
      <MetricTable
        caption="Direction"
        rows={[
          { name: "squared norm in the largest entry", value: formatPercent(direction.topShare) },
          { name: "in the next nine", value: formatPercent(direction.nextShare) },
          { name: "excess kurtosis of the entries", value: formatShape(direction.kurtosis) },
        ]}
      />
    </Panel>
  );
}

function formatShape(value: number): string {
  return Number.isFinite(value) ? formatSigned(value, 2) : "not defined";
}
