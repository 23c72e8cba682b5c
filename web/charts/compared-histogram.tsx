import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { useState } from "preact/hooks";
import { formatPercent } from "../text/format-number.ts";
import { Axes, type Frame } from "./axes.tsx";
import { Bars } from "./bars.tsx";
import { DataTable } from "./data-table.tsx";
import { useWidth } from "./use-width.ts";

/** A group of values and what it is called. */
export interface ComparedGroup {
  readonly name: string;
  readonly values: readonly number[];
}

/** What two histograms over each other show: the share of each group in bins between the edges. */
export interface ComparedHistogramProps {
  readonly title: string;
  readonly xLabel: string;
  readonly bars: ComparedGroup;
  /** Drawn as an outline. */
  readonly outline: ComparedGroup;
  /** Ascending; what lies outside counts to the first or last bin. Bins are drawn equally wide. */
  readonly edges: readonly number[];
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
}

const HEIGHT = 200;

/** How two groups are distributed, as bars and as an outline; the bin under the pointer is named in the heading. */
export function ComparedHistogram(props: ComparedHistogramProps) {
  const [pointed, setPointed] = useState<number>();
  const { title, bars, outline, edges, format } = props;
  const shares = [bars, outline].map(({ values }) => countShares(values, edges));
  const nameBin = (bin: number) => `${format(edges[bin]!)} to ${format(edges[bin + 1]!)}`;
  return (
    <figure class="chart compared-histogram">
      <figcaption>
        <span class="chart-title">{title}</span>
        <span class="readout">
          {pointed === undefined ? (
            <>
              <span class="key bars">{bars.name}</span>
              <span class="key ink">{outline.name}</span>
            </>
          ) : (
            `${nameBin(pointed)}: ${formatPercent(shares[0]![pointed]!)}, ${formatPercent(shares[1]![pointed]!)}`
          )}
        </span>
      </figcaption>
      <Drawing {...props} shares={shares} pointed={pointed} onPoint={setPointed} />
      <DataTable
        caption={title}
        columns={[props.xLabel, bars.name, outline.name]}
        rows={() =>
          shares[0]!.map((share, bin) => [nameBin(bin), formatPercent(share), formatPercent(shares[1]![bin]!)])
        }
      />
    </figure>
  );
}

/** The share of the values in each bin. */
export function countShares(values: readonly number[], edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of values) {
    const after = edges.findIndex((edge) => edge > value);
    const bin = Math.min(counts.length - 1, Math.max(0, (after < 0 ? edges.length : after) - 1));
    counts[bin] = counts[bin]! + 1;
  }
  return counts.map((count) => (values.length > 0 ? count / values.length : 0));
}

function Drawing(
  props: ComparedHistogramProps & {
    readonly shares: readonly (readonly number[])[];
    readonly pointed: number | undefined;
    readonly onPoint: (bin: number | undefined) => void;
  },
) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const { title, shares, edges, ticks, format, onPoint } = props;
  const frame: Frame = { width, height: HEIGHT, left: 46, right: 8, top: 8, bottom: 34 };
  const baseline = HEIGHT - frame.bottom;
  const places = edges.map((_, index) => index);
  const x = scaleLinear([0, edges.length - 1], [frame.left, width - frame.right]);
  const y = scaleLinear([0, Math.max(0.01, ...shares.flat())], [baseline, frame.top]).nice(4);
  return (
    <div ref={ref} class="chart-body">
      {width > 0 && (
        <svg
          role="img"
          aria-label={`${title}: ${props.bars.values.length} ${props.bars.name} beside ${props.outline.values.length} ${props.outline.name}`}
          width={width}
          height={HEIGHT}
          onPointerLeave={() => onPoint(undefined)}
        >
          <Axes
            frame={frame}
            x={ticks.map((value) => ({ at: x(placeOf(value, edges)), label: format(value) }))}
            y={y.ticks(4).map((value) => ({ at: y(value), label: formatPercent(value) }))}
            xLabel={props.xLabel}
          />
          <Bars
            counts={shares[0]!}
            edges={places}
            x={x}
            height={(share) => baseline - y(share)}
            frame={frame}
            pointed={props.pointed}
            onPoint={onPoint}
          />
          <path class="outline" d={drawOutline(shares[1]!, x, y)} />
        </svg>
      )}
    </div>
  );
}

type Scale = ReturnType<typeof scaleLinear<number, number>>;

function drawOutline(shares: readonly number[], x: Scale, y: Scale): string {
  const corners = shares.flatMap((share, bin): [number, number][] => [
    [x(bin), y(share)],
    [x(bin + 1), y(share)],
  ]);
  return line()([[x(0), y(0)], ...corners, [x(shares.length), y(0)]]) ?? "";
}

/** Where a value stands among the edges, in bins. */
function placeOf(value: number, edges: readonly number[]): number {
  const after = edges.findIndex((edge) => edge > value);
  if (after < 0) return edges.length - 1;
  if (after === 0) return 0;
  return after - 1 + (value - edges[after - 1]!) / (edges[after]! - edges[after - 1]!);
}
