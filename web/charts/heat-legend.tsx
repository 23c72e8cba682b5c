import { formatCount } from "../text/format-number.ts";
import { shade } from "./heat-map-scales.ts";

/** What the shades of a heat map stand for: one feature, ten, a hundred, as far as they occur. */
export function HeatLegend({ most }: { readonly most: number }) {
  const levels = [1, 10, 100, 1000, 10_000].filter((level) => level <= Math.max(1, most));
  return (
    <span class="readout heat-legend">
      {levels.map((level) => (
        <span key={level}>
          <svg width="14" height="12" aria-hidden="true">
            <rect class="cell" width="14" height="12" rx="2" fill-opacity={shade(level, most)} />
          </svg>
          {formatCount(level)}
        </span>
      ))}
      <span>features</span>
    </span>
  );
}
