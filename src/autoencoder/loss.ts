import type { Kernels, SparseCodes, Tensor } from "../kernels/kernels.ts";
import type { Dictionary } from "./dictionary.ts";

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

/** The same loss for each row of x [B, width], given its codes; enqueued into `losses` [B]. */
export function measureRowLosses(
  kernels: Kernels,
  losses: Tensor,
  dictionary: Dictionary,
  codes: SparseCodes,
  x: Tensor,
  l1: number,
): void {
  const rows = x.shape[0]!;
  const residual = kernels.create([rows, dictionary.width]);
  const ones = kernels.create([dictionary.features, 1]);
  const featureSums = kernels.create([rows, 1]);
  kernels.fill(ones, 1);
  dictionary.decode(residual, codes);
  kernels.addScaled(residual, residual, x, -1);
  kernels.rowSquaredNorms(losses, residual);
  kernels.sparseDecode(featureSums, codes, codes.values, ones, null);
  kernels.addScaled(losses, losses, kernels.reshape(featureSums, [rows]), l1);
  for (const tensor of [residual, ones, featureSums]) kernels.release(tensor);
}
