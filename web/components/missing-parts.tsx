import type { DictionaryDetails } from "../../src/server/api.ts";
import { CopyLine } from "./copy-line.tsx";

/** What has not been computed of a dictionary, each with the command that does; nothing where all is here. */
export function MissingParts({ summary }: { readonly summary: DictionaryDetails }) {
  const missing = listMissing(summary);
  if (missing.length === 0) return null;
  return (
    <section class="section card" aria-labelledby="missing-title">
      <h2 id="missing-title">Not computed yet</h2>
      <p class="note">While its run is going on these come by themselves; otherwise a command computes each.</p>
      {missing.map(({ what, command }) => (
        <div key={command}>
          <p>{what}</p>
          <CopyLine what="Command" text={`monosem ${command} --run ${summary.run} --dictionary ${summary.name}`} />
        </div>
      ))}
    </section>
  );
}

function listMissing({ metrics, pack, packProblem }: DictionaryDetails) {
  const parts = [
    { isMissing: metrics === null, what: "How good the dictionary is, on held-out text.", command: "evaluate" },
    { isMissing: pack === null && packProblem === null, what: "The pages of its features.", command: "features" },
  ];
  return parts.filter(({ isMissing }) => isMissing);
}
