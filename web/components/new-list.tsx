import { useState } from "preact/hooks";
import { sayFailure } from "../data/notice.ts";

/** A title for a new list; it stays in the field where the list could not be made. */
export function NewList(props: { readonly action: string; readonly onCreate: (title: string) => Promise<void> }) {
  const [title, setTitle] = useState("");
  return (
    <form
      class="label-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (title.trim() !== "") props.onCreate(title.trim()).then(() => setTitle(""), sayFailure);
      }}
    >
      <input
        aria-label="Title of a new list"
        placeholder="Title of a new list"
        dir="auto"
        value={title}
        onInput={(event) => setTitle(event.currentTarget.value)}
      />
      <button type="submit" class="button">
        {props.action}
      </button>
    </form>
  );
}
