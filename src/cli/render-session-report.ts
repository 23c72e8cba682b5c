import { PAPER_MEDIANS, QUITE_INTERPRETABLE } from "../interpret/rubric.ts";
import type { KindSummary, RatingSummary } from "../interpret/summarise-ratings.ts";
import type { ReportedUnit, SessionReport } from "../pipeline/rate/report-session.ts";

const TITLES = { feature: "features", neuron: "neurons", control: "shuffled weights" } as const;

/** What raters gave, un-blinded, as text. */
export function renderSessionReport({ session, raters, summary, units }: SessionReport): string {
  const done = raters.map(({ rater, done }) => `${rater} ${done} of ${units.length}`).join(", ");
  if (summary.kinds.length === 0) return `${session}: ${units.length} units, none of them rated yet`;
  return [
    `${session}: ${units.length} units; rated by ${done}`,
    "points of 14 by interval; medians and shares with their 95 % intervals over units",
    ...summary.kinds.map(renderKind),
    ...summary.agreement.map(renderAgreement),
    "units",
    ...units.filter(({ ratings }) => ratings.length > 0).map(renderUnit),
  ].join("\n");
}

function renderKind({ kind, units, scores, median, above, distribution }: KindSummary): string {
  const [low, high] = median.interval;
  const paper = kind === "control" ? "" : `, the paper's ${PAPER_MEDIANS[kind]}`;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return [
    `  ${TITLES[kind].padEnd(18)}median ${median.median} (${low} to ${high})${paper}; above ${QUITE_INTERPRETABLE}: ${percent(above.share)} (${percent(above.interval[0])} to ${percent(above.interval[1])}); ${scores} scores of ${units} units`,
    `  ${"".padEnd(18)}0 to 14 points: ${distribution.join(" ")}`,
  ].join("\n");
}

function renderAgreement({ raters, kappa, interval, scores, units }: RatingSummary["agreement"][number]): string {
  const value = kappa === null ? "cannot be said: the scores do not vary" : kappa.toFixed(2);
  const range = interval === null ? "" : ` (${interval.map((end) => end.toFixed(2)).join(" to ")})`;
  return `  ${raters.join(" and ")}: kappa, quadratic weights, ${value}${range}; ${scores} scores of ${units} units`;
}

function renderUnit({ unit, kind, run, dictionary, feature, ratings }: ReportedUnit): string {
  const source = `${run === null ? "" : `${run} `}${dictionary} ${feature}`;
  const said = ratings.map(
    ({ rater, interpretation, scores }) => `${rater} ${scores.join(" ")} ${JSON.stringify(interpretation)}`,
  );
  return `  ${String(unit).padStart(4)} ${TITLES[kind].padEnd(18)}${source.padEnd(20)}${said.join("; ")}`;
}
