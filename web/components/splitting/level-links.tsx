import type { Splitting } from "../../../src/analysis/splitting.ts";
import type { LevelPages } from "../../data/use-levels.ts";
import { formatCount } from "../../text/format-number.ts";
import { CopyLine } from "../copy-line.tsx";

/** The sizes of a graph, each the way to its own page, and what is left to be made of them. */
export function LevelLinks(props: {
  readonly run: string;
  readonly splitting: Splitting;
  readonly pages: readonly LevelPages[];
  readonly own: number;
  readonly address: (id: string) => string;
}) {
  const { run, splitting, pages, own } = props;
  const missing = splitting.levels.filter((_, level) => pages[level]?.id !== undefined && !pages[level]!.hasPages);
  return (
    <section class="section card" aria-label="Sizes">
      <ul class="level-links">
        {splitting.levels.map(({ dictionary, features, dead, ultralow }, level) => {
          const id = pages[level]?.id;
          return (
            <li key={dictionary}>
              {id === undefined ? (
                dictionary
              ) : (
                <a href={props.address(id)} {...(level === own ? { "aria-current": "page" as const } : {})}>
                  {dictionary}
                </a>
              )}{" "}
              <span class="soft">
                {formatCount(features)} features, {formatCount(dead)} dead, {formatCount(ultralow)} ultralow
              </span>
            </li>
          );
        })}
      </ul>
      {missing.map(({ dictionary }) => (
        <div key={dictionary}>
          <p class="note">The features of {dictionary} have no pages yet, so they are numbers alone:</p>
          <CopyLine what="Command" text={`monosem features --run ${run} --dictionary ${dictionary}`} />
        </div>
      ))}
    </section>
  );
}
