import { line } from "d3-shape";
import type { Frame } from "./axes.tsx";
import { findLowCluster } from "./describe-heat-map.ts";
import type { HeatLook, HeatScales } from "./heat-map-scales.ts";

/** What lies on a heat map: resamplings, the rarest density a look can show, and the centre of the rarer of two clusters. */
export function HeatMarks(props: {
  readonly looks: readonly HeatLook[];
  readonly marks: readonly { readonly x: number; readonly name: string }[];
  readonly scales: HeatScales;
  readonly frame: Frame;
}) {
  const { looks, marks, scales, frame } = props;
  const window = looks.at(-1)!.window;
  const limit = scales.y(-Math.log10(window));
  const centres = looks.flatMap((look) => {
    const low = findLowCluster(look);
    if (low === undefined) return [];
    const y = low.logDensity < -Math.log10(look.window) ? scales.silentRow : scales.y(low.logDensity);
    return [{ x: scales.x(look.vectors - look.window / 2), y }];
  });
  const path = line<{ x: number; y: number }>(
    (point) => point.x,
    (point) => point.y,
  );
  return (
    <>
      {marks.map((mark) => (
        <line
          class="mark"
          key={mark.x}
          x1={scales.x(mark.x)}
          x2={scales.x(mark.x)}
          y1={frame.top}
          y2={frame.height - frame.bottom}
        >
          <title>{mark.name}</title>
        </line>
      ))}
      <g class="reference">
        <line x1={frame.left} x2={frame.width - frame.right} y1={limit} y2={limit} />
        <text x={frame.left + 6} y={limit - 6}>
          one firing in a window
        </text>
      </g>
      {centres.length > 0 && (
        <g class="low-cluster">
          <path d={path(centres) ?? ""} />
          {centres.map(({ x, y }) => (
            <circle key={x} cx={x} cy={y} r="3" />
          ))}
        </g>
      )}
    </>
  );
}
