import type { ReadonlySignal } from "@preact/signals";
import { type FeatureRecord, HISTOGRAM_BINS } from "../../../src/features/feature-record.ts";
import { Histogram, listEdges } from "../../charts/histogram.tsx";
import { tabulateBins } from "../../data/feature-tables.ts";
import type { FeatureView } from "../../data/feature-view.ts";
import { type Inspection, inspectedActivation } from "../../data/inspection.ts";
import { formatCount, formatDensity, formatLevel } from "../../text/format-number.ts";
import { Panel, type PanelFrame } from "../panel.tsx";
import { Segments } from "../segments.tsx";

/** How strongly a feature fires when it does; a line marks the token someone points at. */
export function ActivationPanel(props: {
  readonly record: FeatureRecord;
  readonly tokens: number;
  readonly view: FeatureView;
  readonly frame: PanelFrame;
  readonly inspection: ReadonlySignal<Inspection | undefined>;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}) {
  const { record, view } = props;
  const { maximum, histogram, firings } = record;
  const inspection = props.inspection.value;
  const bins = { counts: histogram, start: 0, end: maximum };
  return (
    <Panel
      name="hist"
      frame={props.frame}
      data={() => ({
        table: tabulateBins(histogram, listEdges(bins)),
        json: { firings, tokens: props.tokens, maximum, bins: HISTOGRAM_BINS, histogram: [...histogram] },
      })}
    >
      <Histogram
        {...bins}
        title={`Density ${formatDensity(firings / props.tokens)}`}
        xLabel="activation"
        unit="tokens"
        yScale={view.counts}
        format={formatEdge}
        mark={inspection === undefined ? undefined : inspectedActivation(inspection)}
      />
      <div class="panel-foot">
        <p class="note">
          {formatCount(firings)} tokens above zero, in {HISTOGRAM_BINS} equal bins.
        </p>
        <Segments
          legend="Scale of the counts"
          name="y"
          choices={{ linear: "linear", log: "log" }}
          value={view.counts}
          onChoose={(counts) => props.onChange({ y: counts === "log" ? counts : "" })}
        />
      </div>
    </Panel>
  );
}

function formatEdge(value: number): string {
  return Number.isInteger(value) ? String(value) : formatLevel(value);
}
