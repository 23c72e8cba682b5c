import type { ComponentChildren } from "preact";
import type { DensityHistogram as Bins } from "../../src/metrics/feature-density.ts";
import type { DictionaryDetails } from "../../src/server/api.ts";
import { Scatter, type ScatterPoint } from "../charts/scatter.tsx";
import { listHeadlines } from "../data/metric-rows.ts";
import { formatPercent } from "../text/format-number.ts";
import { Citation } from "./citation.tsx";
import { ComparisonLinks } from "./compare/comparison-links.tsx";
import { DensityHistogram } from "./density-histogram.tsx";
import { Judgement } from "./judgement.tsx";
import { MissingParts } from "./missing-parts.tsx";
import { PackNotice } from "./pack-notice.tsx";
import { PackTable } from "./pack-table.tsx";
import { ProxyTable } from "./proxy-table.tsx";
import { Stats } from "./stat.tsx";

/** The first proxies are the paper's own, the rest is on a page for it. */
const PROXIES_SHOWN = 6;

/** All that is known about a dictionary as a whole. */
export function DictionaryOverview(props: {
  readonly summary: DictionaryDetails;
  /** Densities of the features that can be looked at; of all evaluated ones where none can. */
  readonly densities: Bins | undefined;
  readonly frontier: readonly ScatterPoint[];
  readonly densityAddress: ((least: number, below: number) => string) | undefined;
  /** What can be taken away. */
  readonly children: ComponentChildren;
}) {
  const { summary, densities, frontier } = props;
  const { id, pack, packProblem, metrics, specificity } = summary;
  return (
    <>
      {summary.packWarning !== null && <p class="banner warning">{summary.packWarning}</p>}
      {packProblem !== null && <p class="banner warning">{packProblem}</p>}
      {pack !== null && <PackNotice pack={pack} />}
      {metrics !== null && (
        <section aria-label="Headline figures">
          <Stats figures={listHeadlines(metrics)} />
        </section>
      )}
      <MissingParts summary={summary} />
      <section class="section columns" aria-label="Charts">
        {densities !== undefined && (
          <div class="card">
            <DensityHistogram bins={densities} address={props.densityAddress} />
          </div>
        )}
        {frontier.length > 0 && (
          <div class="card">
            <Frontier points={frontier} />
          </div>
        )}
      </section>
      {specificity !== null && (
        <section class="section card" aria-labelledby="proxies-title">
          <h2 id="proxies-title">Features of scripts and kinds of text</h2>
          <ProxyTable
            dictionary={id}
            specificity={specificity}
            findings={specificity.findings.slice(0, PROXIES_SHOWN)}
            neuronAddress={undefined}
          />
          <p>
            <a href={`/d/${id}/specificity`}>
              All {specificity.findings.length} proxies, with the activations behind them
            </a>
          </p>
        </section>
      )}
      <section class="section columns" aria-label="Details">
        {metrics !== null && <Judgement metrics={metrics} />}
        <div class="column">
          {pack !== null && (
            <div class="card">
              <h2>How its features were computed</h2>
              <PackTable pack={pack} />
            </div>
          )}
          <ComparisonLinks id={id} run={summary.run} name={summary.name} comparisons={summary.comparisons} />
          {props.children}
          {pack !== null && <Citation id={id} pack={pack} />}
        </div>
      </section>
    </>
  );
}

function Frontier({ points }: { readonly points: readonly ScatterPoint[] }) {
  return (
    <>
      <Scatter
        title="Loss recovered against L0"
        xLabel="active features per token (L0)"
        yLabel="loss recovered"
        points={points}
        formatX={(value) => value.toFixed(1)}
        formatY={formatPercent}
      />
      <p class="note">
        This dictionary among those of its run, with 95 % intervals; each against the harder of zero and mean ablation.
        The ring is the paper's A/1, of another model and text.
      </p>
    </>
  );
}
