import type { DictionaryLook } from "../../src/metrics/dictionary-look.ts";
import { hasModelMetrics } from "../../src/metrics/dictionary-metrics.ts";
import { createTrainingRecord, type TrainingRecord } from "../../src/metrics/training-record.ts";
import type { RunProgress } from "../../src/pipeline/progress-recorder.ts";
import type { DictionarySummary } from "../../src/server/api.ts";
import type { LogLines } from "./run-stream.ts";

/** What the doctor works from: a dictionary's log as far as it was sent, and what is known besides. */
export function readTrainingRecord(
  log: LogLines,
  summary: DictionarySummary | undefined,
  progress: RunProgress | null,
): TrainingRecord {
  const metrics = summary?.metrics;
  return createTrainingRecord([...log.values()].flat(), {
    resampling: summary?.config?.resampling.kind ?? null,
    metrics: metrics && hasModelMetrics(metrics) ? metrics : null,
    failure: progress?.state === "failed" && summary?.metrics == null ? progress.message : null,
  });
}

/** The looks of a log. */
export function readLooks(log: LogLines): readonly DictionaryLook[] {
  return (log.get("look") ?? []) as unknown as readonly DictionaryLook[];
}

/** Vectors a step takes; 1 before the first line. */
export function readBatch(log: LogLines): number {
  const last = log.get("step")?.at(-1);
  return typeof last?.vectors === "number" && last.step > 0 ? last.vectors / last.step : 1;
}

/** Vectors of the whole run, as far as is known. */
export function readTotalVectors(log: LogLines): number {
  const last = log.get("step")?.at(-1);
  return typeof last?.steps === "number" ? last.steps * readBatch(log) : 1;
}
