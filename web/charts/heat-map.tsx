import { max } from "d3-array";
import { useState } from "preact/hooks";
import { formatCount, formatPowerOfTen, formatShort } from "../text/format-number.ts";
import { Axes, type Frame, type Tick } from "./axes.tsx";
import { DataTable } from "./data-table.tsx";
import { describeHeatMap, nameDensity, tabulateLooks } from "./describe-heat-map.ts";
import { HeatLegend } from "./heat-legend.tsx";
import { createHeatScales, type HeatCell, type HeatLook, listHeatCells, shade } from "./heat-map-scales.ts";
import { HeatMarks } from "./heat-marks.tsx";
import { useWidth } from "./use-width.ts";

/** What a heat map of densities shows. */
export interface HeatMapProps {
  readonly title: string;
  /** One at least, in order. */
  readonly looks: readonly HeatLook[];
  /** Activation vectors of the whole run. */
  readonly total: number;
  /** Moments worth a vertical line. */
  readonly marks: readonly { readonly x: number; readonly name: string }[];
}

const HEIGHT = 320;

/** How many features fire how often, look by look: the stronger the colour, the more features. */
export function HeatMap({ title, looks, total, marks }: HeatMapProps) {
  const { ref, width } = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<HeatCell>();
  const frame: Frame = { width, height: HEIGHT, left: 46, right: 12, top: 8, bottom: 34 };
  const scales = createHeatScales(looks, total, frame);
  const cells = listHeatCells(looks, scales);
  const most = Math.max(1, max(cells, ({ features }) => features) ?? 1);
  const decades = Array.from({ length: -scales.floor + 1 }, (_, index) => -index);
  const xTicks = listTicks(total, Math.max(2, width / 110)).map((value) => ({
    at: scales.x(value),
    label: formatShort(value),
  }));
  const yTicks: Tick[] = decades.map((exponent) => ({ at: scales.y(exponent), label: formatPowerOfTen(exponent) }));
  return (
    <figure class="chart heat-map">
      <figcaption>
        <span class="chart-title">{title}</span>
        {pointed === undefined ? <HeatLegend most={most} /> : <span class="readout">{nameCell(pointed)}</span>}
      </figcaption>
      <div ref={ref} class="chart-body">
        {width > 0 && (
          <svg
            role="img"
            aria-label={describeHeatMap(title, looks)}
            width={width}
            height={HEIGHT}
            onPointerLeave={() => setPointed(undefined)}
          >
            <Axes
              frame={frame}
              x={xTicks}
              y={[...yTicks, { at: scales.silentRow, label: "silent" }]}
              xLabel="vectors"
            />
            {cells.map((cell) => (
              <rect
                class="cell"
                key={`${cell.look.step} ${cell.exponent}`}
                x={cell.x}
                y={cell.y}
                width={Math.max(1, cell.width)}
                height={cell.height}
                fill-opacity={shade(cell.features, most)}
                onPointerEnter={() => setPointed(cell)}
              />
            ))}
            <HeatMarks looks={looks} marks={marks} scales={scales} frame={frame} />
          </svg>
        )}
      </div>
      <DataTable caption={title} {...tabulateLooks(looks)} />
    </figure>
  );
}

function nameCell({ look, exponent, features }: HeatCell) {
  return (
    <>
      <span class="readout-x">{`${formatShort(look.vectors)} vectors, ${nameDensity(look, exponent)}`}</span>
      <span>
        <b>{formatCount(features)}</b> features
      </span>
    </>
  );
}

function listTicks(total: number, count: number): number[] {
  const rough = total / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((value) => value >= rough)!;
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, index) => index * step);
}
