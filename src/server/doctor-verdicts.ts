import { stat } from "node:fs/promises";
import { hasModelMetrics } from "../metrics/dictionary-metrics.ts";
import { diagnoseTraining } from "../metrics/doctor.ts";
import { createTrainingRecord } from "../metrics/training-record.ts";
import type { DictionarySummary, DoctorVerdict, RunSummary } from "./api.ts";
import { createLogTail } from "./log-tail.ts";
import type { ServedRun } from "./run-catalogue.ts";

/** What the training doctor says, kept until there is more to say it from. */
export interface DoctorVerdicts {
  /** Of each dictionary of a run that has begun to learn. */
  readonly read: (run: ServedRun, summary: RunSummary) => Promise<readonly DoctorVerdict[]>;
}

interface Kept {
  readonly stamp: string;
  readonly at: number;
  readonly verdict: Promise<DoctorVerdict>;
}

/** A log that grows is read again after so long, however often one asks. */
const REREAD_MS = 5000;

/** Reads each log when it is first asked about, and again when it has grown. */
export function createDoctorVerdicts(now: () => number = Date.now): DoctorVerdicts {
  const kept = new Map<string, Kept>();
  const readOne = async (
    run: ServedRun,
    { state, progress }: RunSummary,
    dictionary: DictionarySummary,
  ): Promise<DoctorVerdict[]> => {
    const log = run.paths.dictionary(dictionary.name).metricsLog;
    const found = await stat(log).catch(() => undefined);
    if (found === undefined) return [];
    const stamp = [found.ino, found.size, found.mtimeMs, state, dictionary.metrics !== null].join(" ");
    const known = kept.get(log);
    const isCurrent = known?.stamp === stamp || (known !== undefined && now() - known.at < REREAD_MS);
    if (isCurrent) return [await known.verdict];
    const failure = state === "failed" && dictionary.metrics === null ? (progress?.message ?? null) : null;
    const verdict = diagnoseLog(log, dictionary, failure);
    kept.set(log, { stamp, at: now(), verdict });
    verdict.catch(() => kept.delete(log));
    return [await verdict];
  };
  return {
    read: async (run, summary) => {
      const verdicts = await Promise.all(summary.dictionaries.map((dictionary) => readOne(run, summary, dictionary)));
      return verdicts.flat();
    },
  };
}

async function diagnoseLog(
  log: string,
  { name, config, metrics }: DictionarySummary,
  failure: string | null,
): Promise<DoctorVerdict> {
  const { lines } = await createLogTail(log).read();
  const record = createTrainingRecord(lines, {
    resampling: config?.resampling.kind ?? null,
    metrics: metrics !== null && hasModelMetrics(metrics) ? metrics : null,
    failure,
  });
  const findings = diagnoseTraining(record).map(({ rule, severity, title }) => ({ rule, severity, title }));
  return { dictionary: name, looks: record.looks.length, findings };
}
