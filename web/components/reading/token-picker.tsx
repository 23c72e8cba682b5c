import { useState } from "preact/hooks";
import { findToken, searchTokens } from "../../data/search-tokens.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { TokenChip } from "../token-chip.tsx";

const SUGGESTIONS = 8;

/** A token chosen by typing its beginning. */
export function TokenPicker({
  names,
  value,
  onChange,
}: {
  readonly names: TokenNames;
  /** Text of the chosen token; empty for none. */
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const chosen = findToken(names, value);
  const suggestions = searchTokens(names, typed, SUGGESTIONS);
  const pick = (id: number) => {
    setTyped(names.text(id));
    onChange(names.text(id));
  };
  return (
    <div class="token-picker">
      <label class="field">
        <span>Next token</span>
        <input
          type="text"
          dir="auto"
          placeholder="type its beginning"
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            if (event.currentTarget.value === "") onChange("");
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && suggestions[0] !== undefined) pick(suggestions[0]);
          }}
        />
      </label>
      <fieldset class="suggestions">
        <legend class="visually-hidden">Tokens that begin like this</legend>
        {suggestions.map((id) => (
          <button type="button" key={id} class="suggestion" aria-pressed={id === chosen} onClick={() => pick(id)}>
            <TokenChip text={names.text(id)} />
          </button>
        ))}
        {typed.trim() !== "" && suggestions.length === 0 && <span class="pending">No token begins like this.</span>}
      </fieldset>
    </div>
  );
}
