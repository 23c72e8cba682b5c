import type { ComponentChildren } from "preact";

/** One figure of a row of figures (inside `Stats`). */
export interface StatProps {
  readonly label: string;
  readonly value: string;
  readonly note?: ComponentChildren;
}

/** Figures that matter most, side by side. */
export function Stats({ figures }: { readonly figures: readonly StatProps[] }) {
  return (
    <dl class="stats">
      {figures.map(({ label, value, note }) => (
        <div class="stat" key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
          {note !== undefined && <dd class="stat-note">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}
