import type { DictionaryData } from "../../data/dictionary-data.ts";
import { formatSteeredFeatures, type SteeredFeature, type SteerSelection } from "../../data/steer-selection.ts";
import { FeaturePicker } from "./feature-picker.tsx";
import { SamplingFields } from "./sampling-fields.tsx";
import { SteeredFeatureRow } from "./steered-feature-row.tsx";

/** The features that are acted on, the prompt and how its continuation is drawn. */
export function SteerControls({
  data,
  selection,
  prompt,
  onPrompt,
  onChange,
}: {
  readonly data: DictionaryData;
  readonly selection: SteerSelection;
  readonly prompt: string;
  readonly onPrompt: (prompt: string) => void;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}) {
  const { features, unknown } = selection;
  const setFeatures = (changed: readonly SteeredFeature[]) => onChange({ f: formatSteeredFeatures(changed) });
  return (
    <section class="card steer-controls" aria-labelledby="steer-features">
      <h2 id="steer-features">What is changed</h2>
      {unknown.length > 0 && (
        <p class="banner warning" role="status">
          The address names what is no feature of this dictionary and was left out: {unknown.join(", ").slice(0, 200)}.
          Features are numbered 0 to {data.table.firings.length - 1}.
        </p>
      )}
      <ul class="steered-list">
        {features.map((entry, index) => (
          <SteeredFeatureRow
            key={index}
            data={data}
            entry={entry}
            onChange={(changed) => setFeatures(features.with(index, changed))}
            onRemove={() => setFeatures(features.toSpliced(index, 1))}
          />
        ))}
      </ul>
      <FeaturePicker
        data={data}
        isEmpty={features.length === 0}
        onPick={(feature) => setFeatures([...features, { feature, kind: "pin", value: null, span: null }])}
      />
      <label class="field prompt-field">
        <span>Prompt</span>
        <textarea
          rows={2}
          dir="auto"
          spellcheck={false}
          value={prompt}
          onInput={(event) => onPrompt(event.currentTarget.value)}
        />
      </label>
      <SamplingFields selection={selection} onChange={onChange} />
    </section>
  );
}
