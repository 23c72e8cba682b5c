import { useEffect, useRef, useState } from "preact/hooks";
import { useKeys } from "../../data/use-keys.ts";
import { SafeText } from "../safe-text.tsx";

/** The name somebody gave a feature; where that can be written, a press or the key `l` changes it. */
export function LabelEditor(props: {
  readonly label: string;
  readonly writable: boolean;
  /** Refuses with a sentence. */
  readonly onSave: (label: string) => Promise<void>;
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
        onSave={(text) => (text === label ? Promise.resolve() : props.onSave(text))}
        onDone={() => setEditing(false)}
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

/** What was refused stays in the field, beside the reason. */
function LabelField(props: {
  readonly label: string;
  readonly onSave: (label: string) => Promise<void>;
  readonly onDone: () => void;
}) {
  const { label, onDone } = props;
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => field.current?.select(), []);
  return (
    <form
      class="label-form"
      onSubmit={(event) => {
        event.preventDefault();
        props.onSave(field.current?.value.trim() ?? "").then(onDone, (error: Error) => setProblem(error.message));
      }}
    >
      <input
        ref={field}
        aria-label="Label of this feature"
        dir="auto"
        defaultValue={label}
        onKeyDown={(event) => event.key === "Escape" && onDone()}
      />
      <button type="submit" class="button">
        Save
      </button>
      <button type="button" class="quiet-button" onClick={onDone}>
        Cancel
      </button>
      {problem !== "" && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
