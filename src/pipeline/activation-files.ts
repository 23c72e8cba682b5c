import type { ActivationStatistics } from "../activations/statistics.ts";
import { UserError } from "../numerics/user-error.ts";
import type { RunPaths } from "../store/run-directory.ts";
import { readSafetensors, writeSafetensors } from "../store/safetensors.ts";

/** Keeps what was measured of a site's activations. */
export function writeActivationStatistics(paths: RunPaths, statistics: ActivationStatistics, site: string): void {
  const { mean, geometricMedian, rows, fractionNonZero, meanNorm } = statistics;
  writeSafetensors(
    paths.activations.statistics,
    new Map([
      ["mean", { shape: [mean.length], data: mean }],
      ["geometricMedian", { shape: [geometricMedian.length], data: geometricMedian }],
    ]),
    { site, rows: String(rows), fractionNonZero: String(fractionNonZero), meanNorm: String(meanNorm) },
  );
}

/** Reads it back; measured at another site than the one wanted, it is a `UserError`. */
export function readActivationStatistics(paths: RunPaths, site: string): ActivationStatistics {
  const { tensors, metadata } = readSafetensors(paths.activations.statistics);
  if (metadata.site !== site)
    throw new UserError(
      `${paths.activations.statistics} was measured at ${metadata.site}, wanted ${site}; learn this dictionary in a run of its own: monosem run --run NEW --reuse ${paths.root} --set dictionary.site=${site}`,
      2,
    );
  return {
    mean: tensors.get("mean")!.data as Float32Array,
    geometricMedian: tensors.get("geometricMedian")!.data as Float32Array,
    rows: Number(metadata.rows),
    fractionNonZero: Number(metadata.fractionNonZero),
    meanNorm: Number(metadata.meanNorm),
  };
}
