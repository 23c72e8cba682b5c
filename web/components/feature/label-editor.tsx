import { useEffect, useRef, useState } from "preact/hooks";
import { useKeys } from "../../data/use-keys.ts";
import { SafeText } from "../safe-text.tsx";

const MOST_CHARACTERS = 200;

/** The name somebody gave a feature; where that can be written, a press or the key `l` changes it. */
export function LabelEditor(props: {
  readonly label: string;
  readonly writable: boolean;
  readonly onSave: (label: string) => void;
}) {
  const { label, writable } = props;
  const [editing, setEditing] = useState(false);
  useKeys(writable ? { l: () => setEditing(true) } : {});
  if (!writable)
    return label === "" ? null : (
      <p class="feature-title-label">
        <SafeText text={label} />
      </p>
    );
  if (editing)
    return (
      <LabelField
        label={label}
        onDone={(text) => {
          setEditing(false);
          if (text !== undefined && text !== label) props.onSave(text);
        }}
      />
    );
  return (
    <button
      type="button"
      class={`feature-title-label ${label === "" ? "empty" : ""}`}
      aria-label={label === "" ? "Add a label" : `Label: ${label}. Change it`}
      onClick={() => setEditing(true)}
    >
      {label === "" ? "Add a label" : <SafeText text={label} />}
      <svg width="13" height="13" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M2 14l1-4 8-8 3 3-8 8z" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" />
      </svg>
    </button>
  );
}

function LabelField({ label, onDone }: { readonly label: string; readonly onDone: (text?: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <form
      class="label-form"
      onSubmit={(event) => {
        event.preventDefault();
        onDone(field.current?.value.trim());
      }}
    >
      <input
        ref={field}
        aria-label="Label of this feature"
        dir="auto"
        maxLength={MOST_CHARACTERS}
        defaultValue={label}
        onKeyDown={(event) => event.key === "Escape" && onDone()}
      />
      <button type="submit" class="button">
        Save
      </button>
      <button type="button" class="quiet-button" onClick={() => onDone()}>
        Cancel
      </button>
    </form>
  );
}
