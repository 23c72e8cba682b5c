import { useEffect, useState } from "preact/hooks";
import { formatSignificant } from "../../text/format-number.ts";
import { NumberInput } from "../number-input.tsx";

const STEPS = 100;
const FARTHEST = 2;

/** A value by slider, up to twice a feature's maximum, or typed, however large. */
export function ValueField({
  label,
  value,
  maximum,
  isSigned,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly maximum: number;
  /** Negative values make sense too. */
  readonly isSigned: boolean;
  readonly onChange: (value: number | null) => void;
}) {
  const [moving, setMoving] = useState(value);
  useEffect(() => setMoving(value), [value]);
  const scale = maximum > 0 ? maximum : 1;
  const multiple = `${(moving / scale).toFixed(2)} × its maximum`;
  const commit = (text: string) => onChange(text === "" ? null : Number(formatSignificant(Number(text), 4)));
  return (
    <div class="value-field">
      <input
        type="range"
        aria-label={label}
        aria-valuetext={`${formatSignificant(moving)}, ${multiple}`}
        min={isSigned ? -FARTHEST * scale : 0}
        max={FARTHEST * scale}
        step={scale / STEPS}
        value={moving}
        onInput={(event) => setMoving(Number(event.currentTarget.value))}
        onChange={(event) => commit(event.currentTarget.value)}
      />
      <NumberInput label={`${label}, as a number`} step="any" value={formatSignificant(moving, 4)} onCommit={commit} />
      <span class="value-note" aria-hidden="true">
        {multiple}
      </span>
    </div>
  );
}
