/** A tick: where it stands in pixels and what it says. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** The frame of a chart in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Thin horizontal rules with numbers, the baseline and its numbers, and what the axes mean. */
export function Axes(props: {
  readonly frame: Frame;
  readonly x: readonly Tick[];
  readonly y: readonly Tick[];
  readonly xLabel: string;
}) {
  const { frame, x, y } = props;
  const baseline = frame.height - frame.bottom;
  const end = frame.width - frame.right;
  return (
    <g class="axes">
      {y.map(({ at, label }) => (
        <g>
          <line class="rule" x1={frame.left} x2={end} y1={at} y2={at} />
          <text x={frame.left - 8} y={at} dy="0.32em" text-anchor="end">
            {label}
          </text>
        </g>
      ))}
      <line class="baseline" x1={frame.left} x2={end} y1={baseline} y2={baseline} />
      {x.map(({ at, label }) => (
        <text x={at} y={baseline + 17} text-anchor="middle">
          {label}
        </text>
      ))}
      <text class="axis-label" x={end} y={frame.height - 2} text-anchor="end">
        {props.xLabel}
      </text>
    </g>
  );
}
