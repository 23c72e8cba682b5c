import type { DictionaryDetails } from "../../src/server/api.ts";
import { listHeadlines } from "../data/metric-rows.ts";
import { ConceptTable } from "./concept-table.tsx";
import { DensityHistogram } from "./density-histogram.tsx";
import { Judgement } from "./judgement.tsx";
import { PackNotice } from "./pack-notice.tsx";
import { PackTable } from "./pack-table.tsx";
import { Stats } from "./stat.tsx";

/** All that is known about a dictionary as a whole. */
export function DictionaryOverview({ summary }: { readonly summary: DictionaryDetails }) {
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
