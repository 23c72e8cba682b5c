import type { Ref } from "preact";
import { type LegendEntry, TONES } from "../../data/map-tones.ts";

/** What the colours of the map stand for. */
export function MapLegend({ entries }: { readonly entries: readonly LegendEntry[] }) {
  return (
    <ul class="map-legend" aria-label="Colours">
      {entries.map(({ tone, text }) => (
        <li key={tone}>
          <i class={`tone ${tone}`} />
          {text}
        </li>
      ))}
    </ul>
  );
}

/** One element of each colour, from which the canvas takes them as the theme has them. */
export function MapPalette({ palette }: { readonly palette: Ref<HTMLSpanElement | null> }) {
  return (
    <span ref={palette} hidden>
      {TONES.map((tone) => (
        <i key={tone} class={`tone ${tone}`} />
      ))}
    </span>
  );
}
