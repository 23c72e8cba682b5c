import type { DictionaryConfig } from "./config.ts";

/** The loss of a batch and its parts; `reconstruction` and `sparsity` are of raw activations, whatever the recipe. */
export interface AutoencoderLoss {
  /** In the recipe's own units. */
  readonly loss: number;
  /** Squared error per vector, summed over the width. */
  readonly reconstruction: number;
  /** Sum of the features per vector, each times its decoder norm where the penalty weighs them so. */
  readonly sparsity: number;
  /** The coefficient for which reconstruction + l1SumOfSquares * sparsity is the loss up to a factor. */
  readonly l1SumOfSquares: number;
}

/** The recipe's loss of a batch: squaredErrors * (sum of all squared errors) + features * (sum of all weighted features). */
export interface LossFactors {
  readonly squaredErrors: number;
  readonly features: number;
}

/** Sums over a batch as the trainer sees it: of activations times `activationScale`. */
export interface BatchSums {
  readonly rows: number;
  readonly squaredErrors: number;
  readonly features: number;
  readonly activationScale: number;
}

/**
 * The factors for a batch of `rows` vectors under the coefficient `l1`: the squared errors of a vector summed or, as in the
 * paper's appendix on the autoencoder, their mean over the width; the penalty's mean or sum over the batch.
 */
export function lossFactors(
  config: Pick<DictionaryConfig, "reconstructionReduction" | "l1Reduction">,
  rows: number,
  width: number,
  l1: number,
): LossFactors {
  return {
    squaredErrors: 1 / (rows * (config.reconstructionReduction === "mean" ? width : 1)),
    features: config.l1Reduction === "mean" ? l1 / rows : l1,
  };
}

/** The loss from a batch's sums. Scaling activations by s scales squared errors by s^2 and features by s. */
export function combineLoss(sums: BatchSums, factors: LossFactors): AutoencoderLoss {
  const { rows, activationScale } = sums;
  return {
    loss: factors.squaredErrors * sums.squaredErrors + factors.features * sums.features,
    reconstruction: sums.squaredErrors / (rows * activationScale ** 2),
    sparsity: sums.features / (rows * activationScale),
    l1SumOfSquares: factors.features / (factors.squaredErrors * activationScale),
  };
}
