import type { Tensor } from "../kernels/kernels.ts";
import { encodeDense } from "./autoencoder.ts";
import type { LossFactors } from "./loss.ts";
import {
  clipGradient,
  differentiateDecoderBias,
  type StepWorkspace,
  turnIntoGradient,
  type UpdateOptions,
  updateBiases,
} from "./step-workspace.ts";
import { blocks, rowsPerBlock } from "./top-k-dictionary.ts";

// Dimensions: B batch, R rows of a block, d width, m features.

/** Held only while batches are too dense for codes: two gradients and the features of one block of rows. */
export interface DenseBuffers {
  readonly encoder: Tensor; // [m, d], its gradient
  readonly decoder: Tensor; // [m, d]; of tied weights the same tensor
  readonly f: Tensor; // [R, m]
  readonly dF: Tensor; // [R, m]
  readonly input: Tensor; // [R, d], the encoder's input
  /** Rows of the batch on which each feature was active. */
  readonly firings: Tensor; // [m]
}

/** Room for gradients and one block. */
export function createDenseBuffers({ kernels, state, rows, features, width }: StepWorkspace): DenseBuffers {
  const block = Math.min(rows, rowsPerBlock(features));
  const decoder = kernels.create([features, width]);
  const tied = state.weights.encoder === state.weights.decoder;
  return {
    encoder: tied ? decoder : kernels.create([features, width]),
    decoder,
    f: kernels.create([block, features]),
    dF: kernels.create([block, features]),
    input: kernels.create([block, width]),
    firings: kernels.create([features]),
  };
}

/** Frees them. */
export function releaseDenseBuffers({ kernels }: StepWorkspace, buffers: DenseBuffers): void {
  for (const tensor of new Set(Object.values(buffers))) kernels.release(tensor);
}

/** Loss sums and all gradients, block by block of rows; x [B, d]. */
export function differentiateDense(
  workspace: StepWorkspace,
  buffers: DenseBuffers,
  x: Tensor,
  factors: LossFactors,
): void {
  const { kernels, featureSums, encoderBiasGradient, squaredErrors, rows, features } = workspace;
  const { encoder, decoder, firings } = buffers;
  for (const sums of [encoder, decoder, firings, featureSums, encoderBiasGradient, squaredErrors])
    kernels.fill(sums, 0);
  for (const [first, count] of blocks(rows, features)) addBlock(workspace, buffers, x, first, count, factors);
  differentiateDecoderBias(workspace);
}

function addBlock(
  workspace: StepWorkspace,
  buffers: DenseBuffers,
  batch: Tensor,
  first: number,
  count: number,
  factors: LossFactors,
): void {
  const { kernels, config, state, bias, penalties, featureSums, encoderBiasGradient } = workspace;
  const { encoder, decoder, decoderBias } = state.weights;
  const [f, dF, input] = [buffers.f, buffers.dF, buffers.input].map((tensor) => kernels.rows(tensor, 0, count)) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const x = kernels.rows(batch, first, count);
  const residual = kernels.rows(workspace.residual, first, count);
  encodeDense(kernels, f, x, encoder, bias);
  kernels.columnSums(featureSums, f, { accumulate: true });
  countFirings(workspace, buffers.firings, f, dF);
  kernels.gemm(residual, f, decoder, { bias: decoderBias });
  turnIntoGradient(workspace, residual, x, factors);
  kernels.gemm(buffers.decoder, f, residual, { transposeA: true, accumulate: true });
  kernels.gemm(dF, residual, decoder, { transposeB: true, bias: penalties });
  kernels.activateBackward(dF, dF, f, "relu");
  kernels.columnSums(encoderBiasGradient, dF, { accumulate: true });
  kernels.addRow(input, x, decoderBias, config.preEncoderBias ? -1 : 0);
  kernels.gemm(buffers.encoder, dF, input, { transposeA: true, accumulate: true });
}

/** Adds to `firings` the rows of f [R, m] on which each feature is positive; `scratch` [R, m]. */
function countFirings({ kernels }: StepWorkspace, firings: Tensor, f: Tensor, scratch: Tensor): void {
  kernels.fill(scratch, 1);
  kernels.activateBackward(scratch, scratch, f, "relu");
  kernels.columnSums(firings, scratch, { accumulate: true });
}

/** Clipping, projection, Adam and renormalisation, as `updateSparse` does them. */
export function updateDense(workspace: StepWorkspace, buffers: DenseBuffers, update: UpdateOptions): void {
  const { kernels, config, state } = workspace;
  const { weights, moment1, moment2 } = state;
  const tied = weights.encoder === weights.decoder;
  if (update.rowFactors) kernels.addScaledRows(buffers.decoder, weights.decoder, update.rowFactors);
  if (config.gradientProjection) kernels.removeParallel(buffers.decoder, weights.decoder);
  const names = tied ? (["decoder"] as const) : (["decoder", "encoder"] as const);
  clipGradient(workspace, (squaredNorm) => {
    for (const name of names) kernels.sumOfSquares(squaredNorm, buffers[name], { accumulate: true });
  });
  if (update.normaliseBefore) kernels.normaliseRows(weights.decoder, weights.decoder);
  for (const name of names)
    kernels.adamW(weights[name], moment1[name], moment2[name], buffers[name], update.gradientScale, update);
  if (update.normaliseAfter) kernels.normaliseRows(weights.decoder, weights.decoder);
  updateBiases(workspace, update);
}
