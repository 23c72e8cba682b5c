import type { ComponentChildren } from "preact";
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
