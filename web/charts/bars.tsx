import type { ScaleContinuousNumeric } from "d3-scale";
import type { Frame } from "./axes.tsx";

/** The bars of a histogram, each with a column that can be pointed at however low the bar is. */
export function Bars(props: {
  readonly counts: readonly number[];
  readonly edges: readonly number[];
  readonly x: ScaleContinuousNumeric<number, number>;
  readonly y: ScaleContinuousNumeric<number, number>;
  readonly frame: Frame;
  readonly onPoint: (bin: number) => void;
}) {
  const { counts, edges, x, y, frame, onPoint } = props;
  const baseline = frame.height - frame.bottom;
  return (
    <>
      {counts.map((count, bin) => {
        const left = x(edges[bin]!);
        const width = x(edges[bin + 1]!) - left;
        return (
          <g class="bin" key={edges[bin]} onPointerEnter={() => onPoint(bin)}>
            <rect class="bin-hit" x={left} width={width} y={frame.top} height={baseline - frame.top} />
            <rect
              class="bar"
              x={left + 0.5}
              width={Math.max(0.5, width - 1)}
              y={y(count)}
              height={baseline - y(count)}
            />
          </g>
        );
      })}
    </>
  );
}
