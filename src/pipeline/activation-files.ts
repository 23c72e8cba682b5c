import type { ActivationStatistics } from "../activations/statistics.ts";
import type { RunPaths } from "../store/run-directory.ts";
import { readSafetensors, writeSafetensors } from "../store/safetensors.ts";

/** Keeps what was measured of a site's activations. */
export function writeActivationStatistics(paths: RunPaths, statistics: ActivationStatistics): void {
  const { mean, geometricMedian, rows, fractionNonZero, meanNorm } = statistics;
  writeSafetensors(
    paths.activations.statistics,
    new Map([
      ["mean", { shape: [mean.length], data: mean }],
      ["geometricMedian", { shape: [geometricMedian.length], data: geometricMedian }],
    ]),
    { rows: String(rows), fractionNonZero: String(fractionNonZero), meanNorm: String(meanNorm) },
  );
}

/** Reads it back. */
export function readActivationStatistics(paths: RunPaths): ActivationStatistics {
  const { tensors, metadata } = readSafetensors(paths.activations.statistics);
  return {
    mean: tensors.get("mean")!.data as Float32Array,
    geometricMedian: tensors.get("geometricMedian")!.data as Float32Array,
    rows: Number(metadata.rows),
    fractionNonZero: Number(metadata.fractionNonZero),
    meanNorm: Number(metadata.meanNorm),
  };
}
