import type { SteeredFeature } from "../../data/steer-selection.ts";

/** On which positions a feature is acted on: all, or from one to another; 0 is the separator before the prompt. */
export function SpanField({
  feature,
  span,
  onChange,
}: {
  readonly feature: number;
  readonly span: SteeredFeature["span"];
  readonly onChange: (span: SteeredFeature["span"]) => void;
}) {
  const parse = (text: string) => (/^\d{1,6}$/.test(text) ? Number(text) : null);
  return (
    <div class="span-field">
      <label class="check">
        <input
          type="checkbox"
          checked={span === null}
          aria-label={`Feature ${feature} on all positions`}
          onChange={() => onChange(span === null ? { from: 1, to: null } : null)}
        />
        all positions
      </label>
      {span !== null && (
        <>
          <input
            type="number"
            min="0"
            step="1"
            aria-label={`First position for feature ${feature}`}
            value={span.from}
            onChange={(event) => onChange({ ...span, from: parse(event.currentTarget.value) ?? 0 })}
          />
          <span>to</span>
          <input
            type="number"
            min={span.from}
            step="1"
            placeholder="end"
            aria-label={`Last position for feature ${feature}; empty for the end`}
            value={span.to ?? ""}
            onChange={(event) => {
              const to = parse(event.currentTarget.value);
              onChange({ ...span, to: to === null ? null : Math.max(span.from, to) });
            }}
          />
        </>
      )}
    </div>
  );
}
