import type { ComponentChildren } from "preact";
import { ANALYSES, type AnalysisName } from "../../../src/analysis/analyses.ts";
import type { DictionaryDetails } from "../../../src/server/api.ts";
import { fetchJson } from "../../data/fetch-data.ts";
import { useResource } from "../../data/use-resource.ts";
import { useTitle } from "../../data/use-title.ts";
import { CopyLine } from "../copy-line.tsx";
import { LoadState } from "../load-state.tsx";

/** The page of an analysis: its title, and its result once it is here, or the command that computes it. */
export function AnalysisGate<Result>(props: {
  readonly dictionary: string;
  readonly analysis: AnalysisName;
  readonly note: string;
  readonly children: (result: Result, details: DictionaryDetails) => ComponentChildren;
}) {
  const { dictionary, analysis, note } = props;
  const { title } = ANALYSES[analysis];
  useTitle(`${title}: ${dictionary}`);
  const resource = useResource(`${dictionary} ${analysis}`, async (signal) => {
    const details = await fetchJson<DictionaryDetails>(`/api/d/${dictionary}`, signal);
    if (!details.analyses.includes(analysis)) return { details, result: undefined };
    return { details, result: await fetchJson<Result>(`/api/d/${dictionary}/analyses/${analysis}`, signal) };
  });
  return (
    <>
      <div class="page-head">
        <h1>{title}</h1>
        <p class="note">{note}</p>
      </div>
      <LoadState resource={resource} what="the analysis" />
      {resource.value !== undefined && renderResult(props, resource.value)}
    </>
  );
}

function renderResult<Result>(
  { analysis, children }: Pick<Parameters<typeof AnalysisGate<Result>>[0], "analysis" | "children">,
  { details, result }: { readonly details: DictionaryDetails; readonly result: Result | undefined },
) {
  if (result !== undefined) return children(result, details);
  return (
    <section class="section card">
      <p class="note">Not computed yet for this dictionary:</p>
      <CopyLine what="Command" text={`monosem analyse ${analysis} --run ${details.run} --dictionary ${details.name}`} />
    </section>
  );
}
