import { scaleLinear } from "d3-scale";
import type { DensityCounts, DictionaryLook } from "../../src/metrics/dictionary-look.ts";
import type { Frame } from "./axes.tsx";

/** What a heat map shows of a look. */
export type HeatLook = DensityCounts &
  Pick<DictionaryLook, "step" | "vectors"> & { readonly recent?: Pick<DictionaryLook["recent"], "modes"> };

/** One rectangle of a heat map: how many features fired how often up to a look. */
export interface HeatCell {
  readonly look: HeatLook;
  /** log10 of the lower edge of its densities; absent for features that were silent. */
  readonly exponent: number | undefined;
  readonly features: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where things stand on the map, in pixels. */
export interface HeatScales {
  readonly x: (vectors: number) => number;
  /** Of a log10 density; what no look can tell from zero stands in the row of silent features. */
  readonly y: (exponent: number) => number;
  /** The lowest exponent on the axis. */
  readonly floor: number;
  /** Middle of the row of silent features. */
  readonly silentRow: number;
}

const SILENT_HEIGHT = 16;
const SILENT_GAP = 12;

/** Scales for looks at a run of `total` vectors: decades down to the rarest density that occurs, and a row for silence below. */
export function createHeatScales(looks: readonly HeatLook[], total: number, frame: Frame): HeatScales {
  const floor = Math.floor(Math.min(...looks.map(lowestExponent)));
  const baseline = frame.height - frame.bottom;
  const x = scaleLinear([0, total], [frame.left, frame.width - frame.right]);
  const y = scaleLinear([floor, 0], [baseline - SILENT_HEIGHT - SILENT_GAP, frame.top]);
  const silentRow = baseline - SILENT_HEIGHT / 2;
  return { x, floor, silentRow, y: (exponent) => (exponent < floor ? silentRow : y(exponent)) };
}

/** The cells that are not empty, each from the look before to its own. */
export function listHeatCells(looks: readonly HeatLook[], scales: HeatScales): HeatCell[] {
  return looks.flatMap((look) => {
    const x = scales.x(look.vectors - look.window);
    const width = scales.x(look.vectors) - x;
    const { first, width: step, counts, silent } = look.densityHistogram;
    const bins = counts.flatMap((features, bin): HeatCell[] => {
      const exponent = first + bin * step;
      if (features === 0 || exponent < scales.floor) return [];
      const y = scales.y(exponent + step);
      return [{ look, exponent, features, x, y, width, height: scales.y(exponent) - y }];
    });
    const y = scales.silentRow - SILENT_HEIGHT / 2;
    const silence = { look, exponent: undefined, features: silent, x, y, width, height: SILENT_HEIGHT };
    return silent === 0 ? bins : [...bins, silence];
  });
}

/** Opacity by the cube root of the count, so that a handful of features still shows beside thousands. */
export function shade(features: number, most: number): number {
  return Number((0.08 + 0.92 * Math.cbrt(features / most)).toFixed(3));
}

function lowestExponent({ densityHistogram: { first, width, counts }, window }: HeatLook): number {
  const bin = counts.findIndex((count) => count > 0);
  return Math.min(bin < 0 ? 0 : first + bin * width, -Math.log10(window));
}
