import type { ComparedPair } from "../../../src/server/api.ts";
import { CopyLine } from "../copy-line.tsx";

/** The dictionaries that one was compared with, or how to compare it. */
export function ComparisonLinks(props: {
  readonly id: string;
  readonly run: string;
  readonly name: string;
  readonly comparisons: readonly ComparedPair[];
}) {
  const { id, run, name, comparisons } = props;
  return (
    <div class="card">
      <h2>The same features elsewhere</h2>
      {comparisons.length === 0 ? (
        <>
          <p class="note">
            Not compared with another dictionary yet. Without --with, one of another seed is trained first:
          </p>
          <CopyLine what="Command" text={`monosem compare --run ${run} --dictionary ${name}`} />
        </>
      ) : (
        <ul>
          {comparisons.map(({ left, right }) => (
            <li key={`${left} ${right}`}>
              <a href={`/compare/${left}/${right}`}>
                {left === id ? "compared with" : "compared from"} {left === id ? right : left}
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
