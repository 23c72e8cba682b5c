import { bin, max } from "d3-array";
import { scaleLinear } from "d3-scale";
import { useState } from "preact/hooks";
import { Axes, type Frame } from "./axes.tsx";
import { DataTable, type DataTableProps } from "./data-table.tsx";
import { useWidth } from "./use-width.ts";

/** Many things of two figures each, drawn as one shape, with the distribution of each figure at its side. */
export interface PointCloudProps {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly name: (index: number) => string;
  readonly address: (index: number) => string;
  readonly onOpen: (address: string) => void;
  /** Ends of the axes; from 0, or below where some correlation is, to 1 unless given. */
  readonly range?: { readonly x: Range; readonly y: Range };
  /** Points that stand out, and what they and the others are called. */
  readonly marked?: { readonly is: (index: number) => boolean; readonly name: string; readonly rest: string };
  /** Boundaries worth a line. */
  readonly lines?: readonly { readonly from: Range; readonly to: Range }[];
  readonly formatX?: (value: number) => string;
  readonly formatY?: (value: number) => string;
  readonly table?: Omit<DataTableProps, "caption">;
}

type Range = readonly [number, number];

const HEIGHT = 360;
const MARGINAL = 44;
const BINS = 40;
const REACH = 14;
const DOT = 1.6;

/** A scatter plot of thousands of points; the one nearest to the pointer is named, and opened with a click. The list beside it is the keyboard's way. */
export function PointCloud(props: PointCloudProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<number>();
  const { marked, table } = props;
  return (
    <figure class="chart point-cloud">
      <figcaption>
        <span class="chart-title">{props.title}</span>
        <span class="readout">
          {pointed !== undefined
            ? props.name(pointed)
            : marked !== undefined && (
                <>
                  <span class="key dot marked">{marked.name}</span>
                  <span class="key dot">{marked.rest}</span>
                </>
              )}
        </span>
      </figcaption>
      <div ref={ref} class="chart-body">
        {width > 0 && <Cloud {...props} width={width} pointed={pointed} onPoint={setPointed} />}
      </div>
      {table !== undefined && <DataTable caption={props.title} {...table} />}
    </figure>
  );
}

function Cloud(
  props: PointCloudProps & {
    readonly width: number;
    readonly pointed: number | undefined;
    readonly onPoint: (index: number | undefined) => void;
  },
) {
  const { width, pointed, onPoint } = props;
  const frame: Frame = { width, height: HEIGHT, left: 46, right: 8 + MARGINAL, top: 8 + MARGINAL, bottom: 34 };
  const { formatX = String, formatY = String, lines = [] } = props;
  const x = scaleLinear(props.range?.x ?? findRange(props.x), [frame.left, width - frame.right]);
  const y = scaleLinear(props.range?.y ?? findRange(props.y), [HEIGHT - frame.bottom, frame.top]);
  const find = (event: PointerEvent | MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return findNearest(props, x, y, event.clientX - box.left, event.clientY - box.top);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list below the drawing is the keyboard's way
    <svg
      role="img"
      aria-label={`${props.title}, ${props.x.length} points`}
      width={width}
      height={HEIGHT}
      onPointerMove={(event) => onPoint(find(event))}
      onPointerLeave={() => onPoint(undefined)}
      onClick={(event) => {
        const index = find(event);
        if (index !== undefined) props.onOpen(props.address(index));
      }}
    >
      <Axes
        frame={frame}
        x={x.ticks(Math.min(5, Math.max(2, width / 90))).map((value) => ({ at: x(value), label: formatX(value) }))}
        y={y.ticks(5).map((value) => ({ at: y(value), label: formatY(value) }))}
        xLabel={props.xLabel}
      />
      <text class="axis-label" x={frame.left} y={frame.top - 6}>
        {props.yLabel}
      </text>
      {lines.map(({ from, to }) => (
        <line class="threshold" x1={x(from[0])} y1={y(from[1])} x2={x(to[0])} y2={y(to[1])} />
      ))}
      <Dots {...props} xScale={x} yScale={y} />
      <path class="marginal" d={drawAbove(props.x, x, frame.top - 20)} />
      <path class="marginal" d={drawSideways(props.y, y, width - frame.right + 6)} />
      {pointed !== undefined && <circle class="cloud-mark" cx={x(props.x[pointed]!)} cy={y(props.y[pointed]!)} r="5" />}
    </svg>
  );
}

type Scale = ReturnType<typeof scaleLinear<number, number>>;

function Dots(props: Pick<PointCloudProps, "x" | "y" | "marked"> & { readonly xScale: Scale; readonly yScale: Scale }) {
  const { x, y, marked, xScale, yScale } = props;
  const draw = (isDrawn: (index: number) => boolean) =>
    x.map((value, i) => (isDrawn(i) ? drawDot(xScale(value), yScale(y[i]!)) : "")).join("");
  if (marked === undefined) return <path class="cloud" d={draw(() => true)} />;
  return (
    <>
      <path class="cloud rest" d={draw((index) => !marked.is(index))} />
      <path class="cloud marked" d={draw(marked.is)} />
    </>
  );
}

/** Correlations are shown from 0, or from below where some are. */
function findRange(values: readonly number[]): [number, number] {
  const lowest = values.reduce((low, value) => Math.min(low, value), 0);
  return [Math.floor(lowest * 10) / 10, 1];
}

function findNearest(
  { x: xs, y: ys }: PointCloudProps,
  x: Scale,
  y: Scale,
  left: number,
  top: number,
): number | undefined {
  let nearest: number | undefined;
  let least = REACH * REACH;
  for (let i = 0; i < xs.length; i++) {
    const distance = (x(xs[i]!) - left) ** 2 + (y(ys[i]!) - top) ** 2;
    if (distance < least) [nearest, least] = [i, distance];
  }
  return nearest;
}

function drawDot(x: number, y: number): string {
  return `M${(x - DOT).toFixed(1)} ${(y - DOT).toFixed(1)}h${2 * DOT}v${2 * DOT}h${-2 * DOT}z`;
}

function countBins(values: readonly number[], scale: Scale) {
  const [low, high] = scale.domain() as [number, number];
  const bins = bin()
    .domain([low, high])
    .thresholds(Array.from({ length: BINS }, (_, i) => low + ((high - low) * i) / BINS))(values as number[]);
  const highest = Math.max(1, max(bins, ({ length }) => length) ?? 1);
  return bins.map((members) => ({
    from: scale(members.x0!),
    to: scale(members.x1!),
    size: ((MARGINAL - 22) * members.length) / highest,
  }));
}

function drawAbove(values: readonly number[], scale: Scale, bottom: number): string {
  return countBins(values, scale)
    .map(
      ({ from, to, size }) =>
        `M${from.toFixed(1)} ${bottom}V${(bottom - size).toFixed(1)}H${(to - 1).toFixed(1)}V${bottom}z`,
    )
    .join("");
}

function drawSideways(values: readonly number[], scale: Scale, left: number): string {
  return countBins(values, scale)
    .map(({ from, to, size }) => `M${left} ${from.toFixed(1)}h${size.toFixed(1)}V${(to + 1).toFixed(1)}H${left}z`)
    .join("");
}
