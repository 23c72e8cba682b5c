import type { SteeredFeature } from "../../data/steer-selection.ts";
import { NumberInput } from "../number-input.tsx";

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
          <NumberInput
            min="0"
            step="1"
            label={`First position for feature ${feature}`}
            value={span.from}
            onCommit={(text) => onChange({ ...span, from: parse(text) ?? 0 })}
          />
          <span>to</span>
          <NumberInput
            min={span.from}
            step="1"
            placeholder="end"
            label={`Last position for feature ${feature}; empty for the end`}
            value={span.to ?? ""}
            onCommit={(text) => {
              const to = parse(text);
              onChange({ ...span, to: to === null ? null : Math.max(span.from, to) });
            }}
          />
        </>
      )}
    </div>
  );
}
