import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { FeatureList } from "../../src/server/api.ts";
import { SafeText } from "./safe-text.tsx";

/** The lists of one run. */
export function RunLists(props: {
  readonly run: string;
  readonly name: string;
  readonly lists: readonly FeatureList[];
  readonly children: ComponentChildren;
}) {
  const { run, lists } = props;
  return (
    <section class="card run-lists" aria-labelledby={`lists-of-${run}`}>
      <h2 id={`lists-of-${run}`}>{props.name}</h2>
      {lists.length === 0 && <p class="pending">No lists yet. A feature's page puts features on lists.</p>}
      <ul class="list-links">
        {lists.map(({ id, title, items, updated }) => (
          <li key={id}>
            <a href={`/lists/${run}/${id}`}>
              <SafeText text={title} />
            </a>
            <span class="note">
              {items.length} {items.length === 1 ? "feature" : "features"}, changed {updated.slice(0, 10)}
            </span>
          </li>
        ))}
      </ul>
      {props.children}
    </section>
  );
}

/** A title for a new list. */
export function NewList({ onCreate }: { readonly onCreate: (title: string) => void }) {
  const [title, setTitle] = useState("");
  return (
    <form
      class="label-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (title.trim() !== "") onCreate(title.trim());
      }}
    >
      <input
        aria-label="Title of a new list"
        placeholder="Title of a new list"
        dir="auto"
        maxLength={200}
        value={title}
        onInput={(event) => setTitle(event.currentTarget.value)}
      />
      <button type="submit" class="button">
        Make the list
      </button>
    </form>
  );
}
