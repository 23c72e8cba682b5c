import { useState } from "preact/hooks";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import type { SteerSelection } from "../../data/steer-selection.ts";
import type { Steering, Variant } from "../../data/use-steering.ts";
import { SampleColumn } from "./sample-column.tsx";
import { SampleInspector } from "./sample-inspector.tsx";

const VARIANTS: Readonly<Record<Variant, { readonly title: string; readonly explanation: string }>> = {
  unsteered: { title: "Unsteered", explanation: "The model as it is." },
  kept: {
    title: "Steered, error kept",
    explanation: "x′ = x + (v − f) d: only the features change; what the dictionary does not explain of x stays.",
  },
  dropped: {
    title: "Steered, error dropped",
    explanation: "x′ = decode(f with f = v): the layer is replaced by the dictionary, its error goes.",
  },
  model: {
    title: "Dictionary model",
    explanation: "The layer is replaced by the dictionary’s reconstruction, no feature is changed.",
  },
};

/** The texts side by side, all from the same seed. */
export function Samples({
  data,
  selection,
  samples,
}: {
  readonly data: DictionaryData;
  readonly selection: SteerSelection;
  readonly samples: Steering["samples"];
}) {
  const [place, setPlace] = useState<number>();
  const isSteered = selection.features.length > 0;
  const shown: Variant[] = [
    "unsteered",
    ...(isSteered ? (["kept", "dropped"] as const) : []),
    ...(selection.model ? (["model"] as const) : []),
  ];
  return (
    <section class="section" aria-labelledby="samples-title">
      <h2 id="samples-title">What the model writes</h2>
      <div class="samples">
        {shown.map((variant) => (
          <SampleColumn
            key={variant}
            id={variant}
            {...VARIANTS[variant]}
            names={data.names}
            answer={samples[variant]}
            onPoint={setPlace}
          />
        ))}
      </div>
      <SampleInspector
        names={data.names}
        place={place}
        samples={shown.map((variant) => ({ title: VARIANTS[variant].title, sample: samples[variant].value }))}
      />
    </section>
  );
}
