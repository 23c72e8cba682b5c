import type { Dictionary } from "../autoencoder/dictionary.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { UserError } from "../numerics/user-error.ts";
import {
  computeReconstructionMetrics,
  type ReconstructionMetrics,
  type ReconstructionSums,
} from "./dictionary-metrics.ts";
import type { FeatureActivity } from "./feature-density.ts";
import { createReconstructionTally, sumGroups } from "./reconstruction-tally.ts";

/** What judging a dictionary without a model needs. */
export interface EvaluateReconstructionOptions {
  readonly kernels: Kernels;
  readonly dictionary: Dictionary;
  /** Held-out activations [any, width], each valid until the next. */
  readonly rows: AsyncIterable<Tensor> | Iterable<Tensor>;
  /** Rows that were written next to one another: the units of the intervals. Tensors hold whole groups, but for the last. */
  readonly groupRows: number;
  /** Mean of the training activations. */
  readonly meanActivation: Float32Array; // [width]
}

/** The judgement of the whole dictionary and each feature's activity on the same vectors. */
export interface ReconstructionEvaluation {
  readonly metrics: ReconstructionMetrics;
  readonly activity: FeatureActivity;
}

/** Judges a dictionary on held-out activations alone, yielding the vectors judged so far. Throws UserError where there are fewer than two groups of them. */
export async function* evaluateReconstruction(
  options: EvaluateReconstructionOptions,
): AsyncGenerator<number, ReconstructionEvaluation> {
  const { kernels, dictionary, groupRows } = options;
  const tally = createReconstructionTally(kernels, dictionary, options.meanActivation);
  const groups: ReconstructionSums[] = [];
  let tokens = 0;
  for await (const x of options.rows) {
    const count = x.shape[0]!;
    const reconstruction = kernels.create(x.shape);
    groups.push(...sumGroups({ ...(await tally.add(reconstruction, x)) }, count, groupRows));
    kernels.release(reconstruction);
    tokens += count;
    yield tokens;
  }
  if (groups.length < 2)
    throw new UserError(
      `${tokens} activation vectors are held out, too few to judge a dictionary on: set activations.heldOutShare higher, or give more`,
    );
  const finished = await tally.finish(groups);
  tally.release();
  const { activity } = finished;
  return { metrics: computeReconstructionMetrics(finished.groups, activity), activity };
}
