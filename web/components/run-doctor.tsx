import type { DoctorVerdict } from "../../src/server/api.ts";

const SEVERITIES = ["problem", "warning", "note"] as const;
/** Dictionaries named in a card; a sweep has dozens. */
const NAMED = 3;

/** What the training doctor says of a run's dictionaries, in a line each; those with the worst findings first. */
export function RunDoctor({ run, verdicts }: { readonly run: string; readonly verdicts: readonly DoctorVerdict[] }) {
  const judged = verdicts.filter(({ looks, findings }) => looks > 0 || findings.length > 0);
  const ill = judged.filter(({ findings }) => findings.length > 0).sort((a, b) => rankWorst(a) - rankWorst(b));
  const well = judged.length - ill.length;
  if (judged.length === 0) return null;
  return (
    <ul class="run-doctor note" aria-label="What the training doctor says">
      {ill.slice(0, NAMED).map(({ dictionary, findings: [worst, ...others] }) => (
        <li class={`severity-${worst!.severity}`} key={dictionary}>
          Doctor on {dictionary}: <b>{worst!.severity}</b>, <a href={`/runs/${run}`}>{lowerFirst(worst!.title)}</a>
          {others.length > 0 && `, and ${others.length} more`}
        </li>
      ))}
      {ill.length > NAMED && <li>Findings on {ill.length - NAMED} more dictionaries</li>}
      {well > 0 && <li>{describeWell(judged, well)}</li>}
    </ul>
  );
}

function rankWorst({ findings }: DoctorVerdict): number {
  return SEVERITIES.indexOf(findings[0]!.severity);
}

function describeWell(judged: readonly DoctorVerdict[], well: number): string {
  const only = judged.length === 1 ? judged[0] : undefined;
  if (only === undefined) return `The doctor has nothing to object to ${well} of ${judged.length} dictionaries.`;
  return `The doctor has nothing to object to ${only.dictionary} after ${only.looks} ${only.looks === 1 ? "look" : "looks"}.`;
}

function lowerFirst(sentence: string): string {
  return /^[A-Z][a-z]/.test(sentence) ? sentence[0]!.toLowerCase() + sentence.slice(1) : sentence;
}
