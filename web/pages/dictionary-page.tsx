import type { DictionaryDetails } from "../../src/server/api.ts";
import { DictionaryOverview } from "../components/dictionary-overview.tsx";
import { LoadState } from "../components/load-state.tsx";
import { fetchJson } from "../data/fetch-data.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";

/** A dictionary as a whole: how good it is, beside the paper's. */
export function DictionaryPage({ dictionary }: { readonly dictionary: string }) {
  useTitle(dictionary);
  const resource = useResource(dictionary, (signal) => fetchJson<DictionaryDetails>(`/api/d/${dictionary}`, signal));
  const summary = resource.value;
  return (
    <>
      <div class="page-head">
        <h1>Dictionary {summary?.name ?? dictionary}</h1>
        {summary !== undefined && (
          <p class="note">
            of the run <a href={`/runs/${summary.run}`}>{summary.run}</a>
          </p>
        )}
      </div>
      <LoadState resource={resource} what="the dictionary" />
      {summary !== undefined && <DictionaryOverview summary={summary} />}
    </>
  );
}
