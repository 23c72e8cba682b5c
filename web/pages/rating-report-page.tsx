import type { SessionReport } from "../../src/pipeline/rate/report-session.ts";
import type { RatingReport } from "../../src/server/api.ts";
import { LineChart } from "../charts/line-chart.tsx";
import { LoadState } from "../components/load-state.tsx";
import { MetricTable } from "../components/metric-table.tsx";
import { UnitTable } from "../components/rate/unit-table.tsx";
import { SafeText } from "../components/safe-text.tsx";
import { fetchJson } from "../data/fetch-data.ts";
import { listAgreementRows, listKindRows, plotDistribution, plotIntervals } from "../data/rating-report.ts";
import { ratingAddress } from "../data/use-rating.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";

/** What came out of a session, un-blinded once everybody who began is done. */
export function RatingReportPage({ run, session }: { readonly run: string; readonly session: string }) {
  useTitle(`Ratings of ${run}, ${session}`);
  const resource = useResource(`${run} ${session}`, (signal) =>
    fetchJson<RatingReport>(`${ratingAddress(run, session)}/report`, signal),
  );
  const { report, waiting = [] } = resource.value ?? {};
  return (
    <>
      <div class="page-head">
        <h1>What raters gave</h1>
      </div>
      <LoadState resource={resource} what="the report" />
      {waiting.map(({ rater, done }) => (
        <p class="banner" key={rater}>
          <span>
            <SafeText text={rater} /> has rated {done} so far. This page says what each unit was, so it waits until
            everybody who began is done.
          </span>
          <a class="button" href={`/rate/${run}/${session}?rater=${encodeURIComponent(rater)}`}>
            Go on
          </a>
        </p>
      ))}
      {report != null && <Report run={run} report={report} />}
    </>
  );
}

function Report({ run, report }: { readonly run: string; readonly report: SessionReport }) {
  const { summary, session } = report;
  if (summary.kinds.length === 0) return <p class="pending">Nobody has rated anything yet.</p>;
  const agreement = listAgreementRows(summary.agreement);
  const files = `${ratingAddress(run, session)}/ratings`;
  return (
    <>
      <div class="columns">
        <section class="card">
          <h2>Points of 14</h2>
          <MetricTable caption="Points by what was rated" rows={listKindRows(summary.kinds)} />
          <p class="note">
            An interval counts once for each rater; 95 % intervals are over units. The paper's medians: its model, text
            and rater differ.
          </p>
        </section>
        <section class="card">
          <h2>Agreement</h2>
          {agreement.length === 0 ? (
            <p class="pending">Only one rater so far: a second one shows how far judgements agree.</p>
          ) : (
            <MetricTable caption="Agreement of raters" rows={agreement} />
          )}
          <p class="note">
            Cohen's kappa with quadratic weights over the intervals that both rated; 1 is full agreement, 0 chance.
          </p>
          <p class="links">
            <a class="button" href={`${files}.csv`} download={`${run}-${session}.csv`}>
              Ratings as CSV
            </a>
            <a class="button" href={`${files}.jsonl`} download={`${run}-${session}.jsonl`}>
              as JSON lines
            </a>
          </p>
        </section>
      </div>
      <section class="section card profile-plots" aria-label="Plots">
        <LineChart {...plotDistribution(summary.kinds)} />
        <LineChart {...plotIntervals(summary.kinds)} />
      </section>
      <section class="section card">
        <h2>What the units were</h2>
        <UnitTable run={run} units={report.units} />
      </section>
    </>
  );
}
