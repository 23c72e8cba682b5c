import { median } from "simple-statistics";
import { asCount, asFigure, asPercent, type Finding, type Rule, SOURCES } from "./diagnose-finding.ts";
import { type ResampleLine, type StepLine, shareDone, type TrainingRecord } from "./training-record.ts";

const BEFORE = 10;
const FEWEST_LINES = 6;
/** Error left over, relative to before, that counts as not healed. */
const UNHEALED = 1.1;
const IDLE_SILENT = 0.05;

/** After a resampling the error rose and has not come down again. */
export const findUnhealedSpike: Rule = (record) => {
  for (const [index, event] of record.resamples.entries()) {
    const finding = event.features > 0 ? examineSpike(record, event, record.resamples[index + 1]) : undefined;
    if (finding !== undefined) return finding;
  }
  return undefined;
};

function examineSpike(
  { steps }: TrainingRecord,
  event: ResampleLine,
  next: ResampleLine | undefined,
): Finding | undefined {
  const before = steps.filter(({ step }) => step <= event.step).slice(-BEFORE);
  const after = steps.filter(({ step }) => step > event.step && step <= (next?.step ?? Number.POSITIVE_INFINITY));
  if (before.length === 0 || after.length < FEWEST_LINES) return undefined;
  const reference = median(errorsOf(before));
  const rest = errorsOf(after.slice(-Math.ceil(after.length / 3)));
  const left = median(rest);
  if (left < UNHEALED * reference || before.at(-1)!.l1 < after.at(-1)!.l1) return undefined;
  const peak = Math.max(...errorsOf(after));
  return {
    rule: "unhealed-spike",
    severity: "warning",
    title: "A resampling did more harm than it healed",
    saw: `At step ${asCount(event.step)} ${asCount(event.features)} features were re-initialised; the squared error went from ${asFigure(reference)} to ${asFigure(peak)} and was still ${asFigure(left)} ${asCount(after.at(-1)!.step - event.step)} steps later.`,
    means:
      "A spike is expected and should be gone within some hundred steps. One that stays means too many features were changed at once, or the next resampling came too soon: too frequent ones make training diverge.",
    remedies: [
      "Resample less often, or fewer times: see dictionary.resampling",
      "Warm the learning rate up again afterwards, or lower it",
    ],
    source: SOURCES.resampling,
  };
}

/** Resampling was asked for, but found nothing to do while features fell silent. */
export const findIdleResampling: Rule = (record) => {
  const { resampling, resamples, looks } = record;
  const look = looks.at(-1);
  if (look === undefined || resampling === null || resampling === "none") return undefined;
  if (look.recent.silent < IDLE_SILENT || shareDone(record) < 0.5) return undefined;
  const changed = resamples.reduce((sum, { features }) => sum + features, 0);
  if (changed > 0) return undefined;
  const happened =
    resamples.length === 0
      ? "No resampling has happened"
      : `${asCount(resamples.length)} resamplings, the last at step ${asCount(resamples.at(-1)!.step)}, found nothing dead`;
  return {
    rule: "idle-resampling",
    severity: "warning",
    title: "Resampling is on but changes nothing",
    saw: `${happened}, yet ${asPercent(look.recent.silent)} of ${asCount(look.features)} features are silent at step ${asCount(look.step)} of ${asCount(look.steps)}.`,
    means:
      "The schedule does not meet the silence: it lies before features fall silent, or behind the end of this run.",
    remedies: [
      'Put it where features fall silent: --set dictionary.resampling={"kind":"shares","at":[0.3,0.5,0.7],"window":0.1}',
      "A window too short calls rare features dead, one too long none: see dictionary.resampling",
    ],
    source: SOURCES.resampling,
  };
};

function errorsOf(lines: readonly StepLine[]): number[] {
  return lines.flatMap(({ reconstruction }) => (reconstruction === null ? [] : [reconstruction]));
}
