import type { Tensor } from "../kernels/kernels.ts";
import { encodeDense } from "./autoencoder.ts";
import type { LossFactors } from "./loss.ts";
import {
  clipGradient,
  openDecoderBiasGradient,
  type StepWorkspace,
  subtractEncoderPart,
  turnIntoGradient,
  type UpdateOptions,
  updateBiases,
} from "./step-workspace.ts";

// Dimensions: B batch, n features of a block, d width, m features.

/** Features whose gradients are held at once: enough for fast products, few beside a batch's codes. */
const BLOCK_FEATURES = 1024;

/** Held only while batches are too dense for codes: a batch's features, and all else of one block of them. */
export interface DenseBuffers {
  readonly blocks: readonly FeatureBlock[];
  readonly dF: Tensor; // [B * n]
  readonly encoder: Tensor; // [n, d], its gradient
  readonly decoder: Tensor; // [n, d]; of tied weights the same tensor
  readonly input: Tensor; // [B, d], the encoder's input
  /** Rows of the batch on which each feature was active. */
  readonly firings: Tensor; // [m]
}

/** Neighbouring features and what they are on the whole batch. */
interface FeatureBlock {
  readonly first: number;
  readonly count: number;
  readonly f: Tensor; // [B, n]
}

/** Room for a batch's features and one block's gradients. */
export function createDenseBuffers(workspace: StepWorkspace): DenseBuffers {
  const { kernels, rows, features, width } = workspace;
  const largest = Math.min(features, BLOCK_FEATURES);
  const blocks: FeatureBlock[] = [];
  for (let first = 0; first < features; first += largest) {
    const count = Math.min(largest, features - first);
    blocks.push({ first, count, f: kernels.create([rows, count]) });
  }
  const decoder = kernels.create([largest, width]);
  return {
    blocks,
    dF: kernels.create([rows * largest]),
    encoder: isTied(workspace) ? decoder : kernels.create([largest, width]),
    decoder,
    input: kernels.create([rows, width]),
    firings: kernels.create([features]),
  };
}

function isTied({ state }: StepWorkspace): boolean {
  return state.weights.encoder === state.weights.decoder;
}

/** Frees them. */
export function releaseDenseBuffers({ kernels }: StepWorkspace, { blocks, ...tensors }: DenseBuffers): void {
  for (const { f } of blocks) kernels.release(f);
  for (const tensor of new Set(Object.values(tensors))) kernels.release(tensor);
}

/** The batch's features, loss sums and the gradient by the reconstruction; x [B, d]. The weights' gradients are left to `updateDense`. */
export function differentiateDense(
  workspace: StepWorkspace,
  buffers: DenseBuffers,
  x: Tensor,
  factors: LossFactors,
): void {
  const { kernels, state, bias, featureSums, squaredErrors, residual } = workspace;
  const { encoder, decoder, decoderBias } = state.weights;
  kernels.fill(squaredErrors, 0);
  for (const block of buffers.blocks) {
    const { f, first, count } = block;
    encodeDense(kernels, f, x, kernels.rows(encoder, first, count), kernels.rows(bias, first, count));
    kernels.columnSums(kernels.rows(featureSums, first, count), f);
    countFirings(workspace, buffers, block);
    const product = first === 0 ? { bias: decoderBias } : { accumulate: true };
    kernels.gemm(residual, f, kernels.rows(decoder, first, count), product);
  }
  turnIntoGradient(workspace, residual, x, factors);
}

/** The rows of the batch on which each feature of a block is positive. */
function countFirings(workspace: StepWorkspace, buffers: DenseBuffers, { f, first, count }: FeatureBlock): void {
  const { kernels } = workspace;
  const ones = viewDF(workspace, buffers, count);
  kernels.fill(ones, 1);
  kernels.activateBackward(ones, ones, f, "relu");
  kernels.columnSums(kernels.rows(buffers.firings, first, count), ones);
}

function viewDF({ kernels, rows }: StepWorkspace, { dF }: DenseBuffers, count: number): Tensor {
  return kernels.reshape(kernels.rows(dF, 0, rows * count), [rows, count]);
}

/** Clipping, projection, Adam and renormalisation, as `updateSparse` does them, block by block of features. */
export function updateDense(workspace: StepWorkspace, buffers: DenseBuffers, x: Tensor, update: UpdateOptions): void {
  const { kernels, config, state } = workspace;
  kernels.addRow(buffers.input, x, state.weights.decoderBias, config.preEncoderBias ? -1 : 0);
  clipGradient(workspace, (squaredNorm) => {
    for (const { gradients } of differentiateBlocks(workspace, buffers, update))
      for (const { gradient } of gradients) kernels.sumOfSquares(squaredNorm, gradient, { accumulate: true });
  });
  for (const block of differentiateBlocks(workspace, buffers, update)) updateBlock(workspace, block, update);
  updateBiases(workspace, update);
}

/** The gradients of a block's rows of one matrix, or of both where they are tied; overwritten by the next block's. */
interface BlockGradients {
  readonly first: number;
  readonly count: number;
  readonly gradients: readonly { readonly name: "encoder" | "decoder"; readonly gradient: Tensor }[];
}

/** Each block's gradients, by weights that may be updated before the next is asked for; those of the biases are whole at the end. */
function* differentiateBlocks(
  workspace: StepWorkspace,
  buffers: DenseBuffers,
  update: UpdateOptions,
): Generator<BlockGradients> {
  const { kernels } = workspace;
  openDecoderBiasGradient(workspace);
  for (const block of buffers.blocks) {
    const { first, count } = block;
    const [encoder, decoder] = [kernels.rows(buffers.encoder, 0, count), kernels.rows(buffers.decoder, 0, count)];
    differentiateBlock(workspace, buffers, block, { encoder, decoder }, update);
    const ofDecoder = { name: "decoder", gradient: decoder } as const;
    yield {
      first,
      count,
      gradients: isTied(workspace) ? [ofDecoder] : [ofDecoder, { name: "encoder", gradient: encoder }],
    };
  }
}

function differentiateBlock(
  workspace: StepWorkspace,
  buffers: DenseBuffers,
  { f, first, count }: FeatureBlock,
  gradients: { readonly encoder: Tensor; readonly decoder: Tensor },
  { rowFactors }: UpdateOptions,
): void {
  const { kernels, config, state, residual, penalties, encoderBiasGradient } = workspace;
  const [dF, decoder] = [viewDF(workspace, buffers, count), kernels.rows(state.weights.decoder, first, count)];
  kernels.gemm(gradients.decoder, f, residual, { transposeA: true });
  kernels.gemm(dF, residual, decoder, { transposeB: true, bias: kernels.rows(penalties, first, count) });
  kernels.activateBackward(dF, dF, f, "relu");
  kernels.columnSums(kernels.rows(encoderBiasGradient, first, count), dF);
  subtractEncoderPart(workspace, first, count);
  kernels.gemm(gradients.encoder, dF, buffers.input, { transposeA: true, accumulate: isTied(workspace) });
  if (rowFactors) kernels.addScaledRows(gradients.decoder, decoder, kernels.rows(rowFactors, first, count));
  if (config.gradientProjection) kernels.removeParallel(gradients.decoder, decoder);
}

function updateBlock(
  { kernels, state }: StepWorkspace,
  { first, count, gradients }: BlockGradients,
  update: UpdateOptions,
): void {
  const rowsOf = (tensor: Tensor): Tensor => kernels.rows(tensor, first, count);
  const decoder = rowsOf(state.weights.decoder);
  if (update.normaliseBefore) kernels.normaliseRows(decoder, decoder);
  for (const { name, gradient } of gradients) {
    const [weights, moment1, moment2] = [state.weights[name], state.moment1[name], state.moment2[name]].map(rowsOf);
    kernels.adamW(weights!, moment1!, moment2!, gradient, update.gradientScale, update);
  }
  if (update.normaliseAfter) kernels.normaliseRows(decoder, decoder);
}
