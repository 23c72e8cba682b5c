import { copyText } from "../data/copy-text.ts";

/** A thing to copy: a command or a text. */
export function CopyLine({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <div class="command-line">
      <code>{text}</code>
      <button
        type="button"
        class="button"
        aria-label={`Copy the ${what.toLowerCase()}`}
        onClick={() => copyText(text, what)}
      >
        Copy
      </button>
    </div>
  );
}
