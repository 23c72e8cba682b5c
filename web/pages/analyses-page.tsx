import { ANALYSES, type AnalysisName, listPossibleAnalyses } from "../../src/analysis/analyses.ts";
import type { DictionaryDetails } from "../../src/server/api.ts";
import { ComparisonLinks } from "../components/compare/comparison-links.tsx";
import { CopyLine } from "../components/copy-line.tsx";
import { LoadState } from "../components/load-state.tsx";
import { fetchJson } from "../data/fetch-data.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { analysisAddress } from "../route.ts";

/** What has been found out about a dictionary's features, and what can be. */
export function AnalysesPage({ dictionary }: { readonly dictionary: string }) {
  useTitle(`Analyses of ${dictionary}`);
  const resource = useResource(dictionary, (signal) => fetchJson<DictionaryDetails>(`/api/d/${dictionary}`, signal));
  const details = resource.value;
  return (
    <>
      <div class="page-head">
        <h1>What these features are</h1>
        <p class="note">Each analysis of the paper is one command and one page.</p>
      </div>
      <LoadState resource={resource} what="the dictionary" />
      {details !== undefined && (
        <>
          <section class="section grid" aria-label="Analyses">
            {listPossibleAnalyses(details.name).map((name) => (
              <AnalysisCard key={name} name={name} details={details} />
            ))}
          </section>
          <section class="section">
            <ComparisonLinks {...details} />
          </section>
        </>
      )}
    </>
  );
}

function AnalysisCard({ name, details }: { readonly name: AnalysisName; readonly details: DictionaryDetails }) {
  const { title, about } = ANALYSES[name];
  const isComputed = details.analyses.includes(name);
  return (
    <div class="card">
      <h2>{isComputed ? <a href={analysisAddress(details.id, name)}>{title}</a> : title}</h2>
      <p>{about[0]!.toUpperCase() + about.slice(1)}.</p>
      {!isComputed && (
        <>
          <p class="note">Not computed yet:</p>
          <CopyLine what="Command" text={`monosem analyse ${name} --run ${details.run} --dictionary ${details.name}`} />
        </>
      )}
    </div>
  );
}
