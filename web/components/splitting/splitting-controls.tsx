import { useState } from "preact/hooks";
import { listThresholds, type Splitting } from "../../../src/analysis/splitting.ts";
import type { SplittingView } from "../../data/splitting-view.ts";
import { formatCount } from "../../text/format-number.ts";
import { ChoiceGroup } from "../choice-group.tsx";

/** Which feature to begin at, and how alike features must be to be linked. */
export function SplittingControls(props: {
  readonly splitting: Splitting;
  readonly level: number;
  readonly view: SplittingView;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}) {
  const { splitting, level, view, onChange } = props;
  const { features } = splitting.levels[level]!;
  const [text, setText] = useState(String(view.feature ?? ""));
  const number = Number(text);
  const isFeature = /^\d+$/.test(text) && number < features;
  const thresholds = listThresholds(splitting.threshold).map(String);
  return (
    <div class="comparison-choices">
      <form
        class="choices"
        onSubmit={(event) => {
          event.preventDefault();
          if (isFeature) onChange({ f: String(number) });
        }}
      >
        <label class="choices-name" for="splitting-feature">
          Feature
        </label>
        <input
          id="splitting-feature"
          class="field"
          inputMode="numeric"
          size={8}
          placeholder={`0 to ${formatCount(features - 1)}`}
          value={text}
          aria-invalid={text !== "" && !isFeature}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="submit" class="button" disabled={!isFeature}>
          Show
        </button>
      </form>
      <ChoiceGroup
        legend="Masked cosine above"
        name="min"
        choices={Object.fromEntries(thresholds.map((threshold) => [threshold, threshold]))}
        value={String(view.least)}
        onChange={(least) => onChange({ min: Number(least) === splitting.threshold ? "" : least })}
      />
    </div>
  );
}
