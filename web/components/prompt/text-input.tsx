import { LIVE_LIMITS } from "../../../src/live/live-limits.ts";
import { formatCount } from "../../text/format-number.ts";

const SUGGESTIONS = [
  "The capital of France is Paris, and the capital of Austria is Vienna.",
  "def add(a, b):\n    return a + b",
  '<p class="note">Hello &amp; welcome</p>',
  "1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
];

/** The field a text is typed into, and what to say about a text that is empty or very long. */
export function TextInput({
  text,
  set,
  isTooLong,
}: {
  readonly text: string;
  readonly set: (text: string) => void;
  readonly isTooLong: boolean;
}) {
  return (
    <div class="text-input">
      <label for="own-text">Text</label>
      <textarea
        id="own-text"
        dir="auto"
        rows={4}
        maxLength={LIVE_LIMITS.characters}
        spellcheck={false}
        placeholder="Type or paste a text"
        value={text}
        onInput={(event) => set(event.currentTarget.value)}
      />
      <p class="note" role="status">
        {describe(text, isTooLong)}
      </p>
      {text.trim() === "" && (
        <div class="suggestions">
          <span>For example</span>
          {SUGGESTIONS.map((suggestion) => (
            <button type="button" class="suggestion" key={suggestion} onClick={() => set(suggestion)}>
              {suggestion.split("\n")[0]}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function describe(text: string, isTooLong: boolean): string {
  if (text === "") return "Nothing to read yet.";
  if (text.trim() === "") return "This is only white space: write something for the model to read.";
  if (text.length >= LIVE_LIMITS.characters)
    return `${formatCount(LIVE_LIMITS.characters)} characters are the most that is read at once; what was beyond them has been cut off.`;
  if (isTooLong)
    return `${formatCount(text.length)} characters are too many for the address of this page: the text stays in this tab, a link to it would not carry it.`;
  return `${formatCount(text.length)} characters; the address of this page carries them.`;
}
