import { useState } from "preact/hooks";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { findTopTokens } from "../../data/feature-order.ts";
import { searchFeatures, suggestFeatures } from "../../data/search-features.ts";
import { TokenChip } from "../token-chip.tsx";

const SUGGESTIONS = 6;

/** Features chosen one after the other, by number or by a top token. */
export function FeaturePicker({
  data,
  isEmpty,
  onPick,
}: {
  readonly data: DictionaryData;
  /** Nothing is chosen yet: some are suggested. */
  readonly isEmpty: boolean;
  readonly onPick: (feature: number) => void;
}) {
  const [typed, setTyped] = useState("");
  const isSearching = typed.trim() !== "";
  const found = isSearching
    ? searchFeatures(data, typed, SUGGESTIONS)
    : isEmpty
      ? suggestFeatures(data, SUGGESTIONS)
      : [];
  const pick = (feature: number) => {
    setTyped("");
    onPick(feature);
  };
  return (
    <div class="feature-picker">
      <label class="field">
        <span>Add a feature</span>
        <input
          type="search"
          dir="auto"
          placeholder="its number or a top token"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && found[0] !== undefined) pick(found[0]);
          }}
        />
      </label>
      <fieldset class="suggestions">
        <legend class="visually-hidden">Features to choose from</legend>
        {!isSearching && isEmpty && <span>These change the text most:</span>}
        {found.map((feature) => (
          <button type="button" class="suggestion" key={feature} onClick={() => pick(feature)}>
            {feature}{" "}
            {findTopTokens(data.table, feature).map((id) => (
              <TokenChip text={data.names.text(id)} key={id} />
            ))}
          </button>
        ))}
        {isSearching && found.length === 0 && <span class="pending">No feature of that number or top token.</span>}
      </fieldset>
    </div>
  );
}
