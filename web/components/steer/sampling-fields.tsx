import { DEFAULT_TOKENS, type SteerSelection } from "../../data/steer-selection.ts";
import { NumberInput } from "../number-input.tsx";

interface Field {
  readonly name: string;
  readonly label: string;
  readonly value: number;
  readonly otherwise: number;
  readonly minimum: number;
  readonly maximum?: number;
  readonly step: number;
}

/** How the continuation is drawn. */
export function SamplingFields({
  selection,
  onChange,
}: {
  readonly selection: SteerSelection;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}) {
  return (
    <div class="sampling-fields">
      {listFields(selection).map(({ name, label, value, otherwise, minimum, maximum, step }) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the field within is one
        <label class="field" key={name}>
          <span>{label}</span>
          <NumberInput
            min={minimum}
            step={step}
            value={value}
            {...(maximum === undefined ? {} : { max: maximum })}
            onCommit={(text) => onChange({ [name]: Number(text) === otherwise ? "" : text })}
          />
        </label>
      ))}
      <button
        type="button"
        class="button"
        onClick={() => onChange({ seed: String(selection.seed + 1) })}
        title="The same change with other random numbers"
      >
        Next seed
      </button>
      <label class="check">
        <input
          type="checkbox"
          checked={selection.model}
          onChange={() => onChange({ model: selection.model ? "" : "show" })}
        />
        show the dictionary model too
      </label>
    </div>
  );
}

function listFields({ tokens, temperature, topK, topP, seed }: SteerSelection): Field[] {
  return [
    { name: "n", label: "Tokens", value: tokens, otherwise: DEFAULT_TOKENS, minimum: 1, maximum: 500, step: 1 },
    { name: "temp", label: "Temperature", value: temperature, otherwise: 1, minimum: 0, maximum: 10, step: 0.1 },
    { name: "k", label: "Top k (0: all)", value: topK, otherwise: 0, minimum: 0, step: 1 },
    { name: "top", label: "Top p", value: topP, otherwise: 1, minimum: 0.01, maximum: 1, step: 0.01 },
    { name: "seed", label: "Seed", value: seed, otherwise: 1, minimum: 0, step: 1 },
  ];
}
