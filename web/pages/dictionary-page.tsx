import type { DictionaryMetrics } from "../../src/metrics/dictionary-metrics.ts";
import type { DictionaryDetails } from "../../src/server/api.ts";
import { ConceptTable } from "../components/concept-table.tsx";
import { DensityHistogram } from "../components/density-histogram.tsx";
import { LoadState } from "../components/load-state.tsx";
import { MetricTable } from "../components/metric-table.tsx";
import { PackNotice } from "../components/pack-notice.tsx";
import { PackTable } from "../components/pack-table.tsx";
import { Stats } from "../components/stat.tsx";
import { fetchJson } from "../data/fetch-data.ts";
import { listDictionaryMetrics, listHeadlines } from "../data/metric-rows.ts";
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
      {summary !== undefined && <Overview summary={summary} />}
    </>
  );
}

function Overview({ summary }: { readonly summary: DictionaryDetails }) {
  const { id, pack, packProblem, metrics, concepts } = summary;
  return (
    <>
      {packProblem !== null && <p class="banner warning">{packProblem}</p>}
      {pack !== null && <PackNotice pack={pack} />}
      {pack !== null && !pack.partial && (
        <div class="banner">
          <span>{pack.features.toLocaleString("en-US")} features can be looked at one by one.</span>
          <a class="button primary" href={`/d/${id}/f`}>
            Browse the features
          </a>
        </div>
      )}
      {pack?.partial === true && (
        <p>
          <a class="button" href={`/d/${id}/f`}>
            Take a first look at the features
          </a>
        </p>
      )}
      {metrics === null ? (
        <p class="section pending">This dictionary has not been judged yet.</p>
      ) : (
        <section class="section" aria-label="Headline figures">
          <Stats figures={listHeadlines(metrics)} />
        </section>
      )}
      {concepts !== null && <ConceptTable dictionary={id} search={concepts} />}
      <section class="section columns" aria-label="Details">
        <div class="column">
          {metrics !== null && (
            <div class="card">
              <DensityHistogram {...metrics.densityHistogram} />
            </div>
          )}
          {pack !== null && (
            <div class="card">
              <h2>How its features were computed</h2>
              <PackTable pack={pack} />
            </div>
          )}
        </div>
        {metrics !== null && <Judgement metrics={metrics} />}
      </section>
    </>
  );
}

function Judgement({ metrics }: { readonly metrics: DictionaryMetrics }) {
  return (
    <div class="card">
      <h2>All figures</h2>
      <MetricTable caption="Figures of the dictionary" rows={listDictionaryMetrics(metrics)} />
      <p class="note">
        Judged on {metrics.evaluationTokens.toLocaleString("en-US")} held-out tokens in{" "}
        {metrics.evaluationContexts.toLocaleString("en-US")} contexts; the intervals are over contexts. The paper's
        model, text and tokenizer differ, so its values are a landmark, not a baseline.
      </p>
    </div>
  );
}
