import type { Rank } from "../../data/explored-text.ts";
import type { PromptSelection } from "../../data/prompt-selection.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { ChoiceGroup } from "../choice-group.tsx";
import { TokenPicker } from "./token-picker.tsx";

const RANK_TITLES: Readonly<Record<Rank, string>> = {
  activation: "activation",
  quantile: "quantile",
  loss: "loss effect",
  logit: "next token",
};

const RANK_NOTES: Readonly<Record<Rank, string>> = {
  activation: "The largest activation on the text.",
  quantile: "The largest activation, as the share of the feature’s own activations that are no larger.",
  loss: "What the loss of predicting the next tokens would gain, in nats, if the feature were taken away: positive where it helps. Over a text, the sum.",
  logit: "What the feature adds to the logit of the chosen token, by the direct path; the median token is at 0.",
};

/** What features are ranked by and which are left out; everything goes to the address. */
export function RankControls({
  selection,
  names,
  hasEnd,
  onChange,
}: {
  readonly selection: PromptSelection;
  readonly names: TokenNames;
  /** The text has tokens that separate documents. */
  readonly hasEnd: boolean;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}) {
  const { rank, group, minimum, hideDense, ignoreEnd } = selection;
  return (
    <div class="rank-controls">
      <ChoiceGroup
        legend="Rank by"
        name="by"
        choices={RANK_TITLES}
        value={rank}
        onChange={(value) => onChange({ by: value === "activation" ? "" : value })}
      />
      {rank === "logit" && (
        <TokenPicker names={names} value={selection.next} onChange={(text) => onChange({ next: text })} />
      )}
      <p class="note">{RANK_NOTES[rank]}</p>
      <div class="rank-filters">
        <ChoiceGroup
          legend="Group by"
          name="group"
          choices={{ feature: "feature", token: "token" }}
          value={group}
          onChange={(value) => onChange({ group: value === "feature" ? "" : value })}
        />
        <label class="field">
          <span>Activation at least</span>
          <input
            type="number"
            min="0"
            step="any"
            inputMode="decimal"
            value={minimum === 0 ? "" : minimum}
            placeholder="0"
            onInput={(event) => onChange({ min: event.currentTarget.value })}
          />
        </label>
        <label class="check">
          <input type="checkbox" checked={hideDense} onChange={() => onChange({ dense: hideDense ? "" : "hide" })} />
          hide features denser than 1 %
        </label>
        {hasEnd && (
          <label class="check">
            <input type="checkbox" checked={ignoreEnd} onChange={() => onChange({ end: ignoreEnd ? "show" : "" })} />
            ignore end-of-text
          </label>
        )}
      </div>
    </div>
  );
}
