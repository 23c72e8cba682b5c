/** The loss of a batch and its two parts: loss = reconstruction + l1 * sparsity. */
export interface AutoencoderLoss {
  readonly loss: number;
  /** Sum over the width of squared errors, mean over the batch. */
  readonly reconstruction: number;
  /** Sum over the features of f, mean over the batch. */
  readonly sparsity: number;
  /** The coefficient in force. */
  readonly l1: number;
}

/**
 * The training loss from sums over a batch. The squared error is summed over the width, so the paper's coefficient, whose
 * error is a mean over it, is ours divided by the width; both parts are means over the batch, so l1 does not depend on its size.
 */
export function combineLoss(squaredErrors: number, featureSum: number, rows: number, l1: number): AutoencoderLoss {
  const reconstruction = squaredErrors / rows;
  const sparsity = featureSum / rows;
  return { loss: reconstruction + l1 * sparsity, reconstruction, sparsity, l1 };
}
