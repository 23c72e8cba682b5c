import { createSparseCodes, type SparseCodes, type SparseGradientOptions, type Tensor } from "../kernels/kernels.ts";
import { encodeDense } from "./autoencoder.ts";
import type { LossFactors } from "./loss.ts";
import { releaseSparseCodes } from "./sparse-encoder.ts";
import {
  clipGradient,
  openDecoderBiasGradient,
  type StepWorkspace,
  subtractEncoderPart,
  type UpdateOptions,
  updateBiases,
} from "./step-workspace.ts";
import { encodeInBlocks } from "./top-k-dictionary.ts";

// Dimensions: B batch, d width, m features.

const FIRST_CAPACITY = 64;
/** Room beyond the fullest row, as a share of it and of all features at most: of a batch that is nearly dense the codes are large. */
const HEADROOM = { share: 0.25, ofFeatures: 1 / 32 };

/** A batch's codes and the gradients by its active features; room for them follows the fullest row. */
export interface CodeBuffers {
  codes: SparseCodes;
  coefficients: Tensor; // [B, capacity]
}

/** The active features of a batch. */
export interface EncodedStep {
  /** Sum over the batch of active features. */
  readonly active: number;
  /** Of `batch-topk`, else 0. */
  readonly threshold: number;
}

/** Room for the first codes. */
export function createCodeBuffers({ kernels, rows, features }: StepWorkspace): CodeBuffers {
  const capacity = Math.min(features, FIRST_CAPACITY);
  return { codes: createSparseCodes(kernels, rows, capacity), coefficients: kernels.create([rows, capacity]) };
}

/** Frees them. */
export function releaseCodeBuffers({ kernels }: StepWorkspace, buffers: CodeBuffers): void {
  releaseSparseCodes(kernels, buffers.codes);
  kernels.release(buffers.coefficients);
}

/**
 * Fills the codes of x [B, d] as the dictionary's kind has them. More than `limit` active features in all are not kept:
 * the codes are incomplete then.
 */
export async function encodeStep(
  workspace: StepWorkspace,
  buffers: CodeBuffers,
  x: Tensor,
  limit: number,
): Promise<EncodedStep> {
  const { kernels, config, state, rows, features, bias } = workspace;
  const { encoder } = state.weights;
  const { kind, k } = config;
  if (kind === "batch-topk") {
    const dense = kernels.create([rows, features]);
    const threshold = kernels.create([1]);
    encodeDense(kernels, dense, x, encoder, bias);
    kernels.batchTopKThreshold(threshold, dense, k * rows);
    const active = await fillCodes(workspace, buffers, limit, (codes) => kernels.compact(codes, dense, threshold));
    const [value = 0] = await kernels.read(threshold);
    for (const tensor of [dense, threshold]) kernels.release(tensor);
    return { active, threshold: value };
  }
  const encode = (codes: SparseCodes): void => {
    if (kind === "relu") kernels.encodeSparse(codes, x, encoder, bias);
    else encodeInBlocks(kernels, codes, x, encoder, bias, (block, dense) => kernels.selectTopK(block, dense, k));
  };
  return { active: await fillCodes(workspace, buffers, limit, encode), threshold: 0 };
}

/** Encodes, and again where a row was fuller than the capacity. Returns the number of active features. */
async function fillCodes(
  workspace: StepWorkspace,
  buffers: CodeBuffers,
  limit: number,
  encode: (codes: SparseCodes) => void,
): Promise<number> {
  encode(buffers.codes);
  const counts = await workspace.kernels.readInts(buffers.codes.counts);
  const active = counts.reduce((a, b) => a + b, 0);
  if (active > limit) return active;
  const fullest = counts.reduce((a, b) => Math.max(a, b), 0);
  const { capacity } = buffers.codes;
  const overflows = fullest > capacity;
  if (overflows || (capacity > FIRST_CAPACITY && 4 * fullest < capacity)) {
    const headroom = Math.min(HEADROOM.share * fullest, HEADROOM.ofFeatures * workspace.features);
    resize(workspace, buffers, Math.ceil(fullest + headroom));
    encode(buffers.codes);
  }
  return active;
}

function resize(workspace: StepWorkspace, buffers: CodeBuffers, wanted: number): void {
  const { kernels, rows, features } = workspace;
  const capacity = Math.min(features, Math.max(wanted, FIRST_CAPACITY));
  releaseCodeBuffers(workspace, buffers);
  buffers.codes = createSparseCodes(kernels, rows, capacity);
  buffers.coefficients = kernels.create([rows, capacity]);
}

/** Loss sums and the gradients that are not matrices; those are left to `updateSparse`. x [B, d]. */
export function differentiateSparse(
  workspace: StepWorkspace,
  { codes, coefficients }: CodeBuffers,
  x: Tensor,
  factors: LossFactors,
): void {
  const { kernels, state, residual, featureSums, encoderBiasGradient, features } = workspace;
  const { decoder, decoderBias } = state.weights;
  for (const sums of [featureSums, encoderBiasGradient, workspace.squaredErrors]) kernels.fill(sums, 0);
  kernels.sparseColumnSums(featureSums, codes, codes.values);
  kernels.sparseResidual(residual, workspace.squaredErrors, coefficients, codes, x, decoder, {
    bias: decoderBias,
    offsets: workspace.penalties,
    factor: 2 * factors.squaredErrors,
  });
  kernels.sparseColumnSums(encoderBiasGradient, codes, coefficients);
  openDecoderBiasGradient(workspace);
  subtractEncoderPart(workspace, 0, features);
}

/** Clipping, projection, Adam and renormalisation; no gradient of a matrix is ever held. */
export function updateSparse(workspace: StepWorkspace, buffers: CodeBuffers, x: Tensor, update: UpdateOptions): void {
  const { kernels, state } = workspace;
  const { weights, moment1, moment2 } = state;
  const stacked = weights.encoder === weights.decoder ? stackBatch(workspace, buffers, x) : null;
  const gradients = stacked
    ? [{ name: "decoder", ...stacked, options: decoderOptions(workspace, update) } as const]
    : listGradients(workspace, buffers, x, update);
  clipGradient(workspace, (squaredNorm) => {
    for (const { name, codes, coefficients, x, options } of gradients)
      kernels.sparseGradientNorm(squaredNorm, codes, coefficients, x, weights[name], options, { accumulate: true });
  });
  if (update.normaliseBefore) kernels.normaliseRows(weights.decoder, weights.decoder);
  for (const { name, codes, coefficients, x, options } of gradients)
    kernels.sparseAdam(weights[name], moment1[name], moment2[name], codes, coefficients, x, {
      ...update,
      ...options,
      normalise: name === "decoder" && update.normaliseAfter,
    });
  updateBiases(workspace, update);
  if (stacked) {
    releaseSparseCodes(kernels, stacked.codes);
    kernels.release(stacked.x);
  }
}

/** The gradient of one matrix as its entries: what `sparseAdam` and `sparseGradientNorm` read. */
interface MatrixGradient {
  readonly name: "encoder" | "decoder";
  readonly codes: SparseCodes;
  readonly coefficients: Tensor;
  readonly x: Tensor;
  readonly options: SparseGradientOptions;
}

function listGradients(
  workspace: StepWorkspace,
  { codes, coefficients }: CodeBuffers,
  x: Tensor,
  update: UpdateOptions,
): readonly MatrixGradient[] {
  const { config, state, residual } = workspace;
  const shift = config.preEncoderBias ? state.weights.decoderBias : null;
  return [
    { name: "decoder", codes, coefficients: codes.values, x: residual, options: decoderOptions(workspace, update) },
    { name: "encoder", codes, coefficients, x, options: { shift, rowFactors: null, project: false } },
  ];
}

function decoderOptions({ config }: StepWorkspace, { rowFactors }: UpdateOptions): SparseGradientOptions {
  return { shift: null, rowFactors, project: config.gradientProjection };
}

/** A tied matrix's gradient is that of the encoder plus that of the decoder: a batch of both. */
function stackBatch(workspace: StepWorkspace, buffers: CodeBuffers, x: Tensor) {
  const { kernels, config, state, rows, width, residual } = workspace;
  const { codes, coefficients } = buffers;
  const stacked = createSparseCodes(kernels, 2 * rows, codes.capacity);
  const stackedX = kernels.create([2 * rows, width]);
  const upper = (tensor: Tensor) => kernels.rows(tensor, 0, rows);
  const lower = (tensor: Tensor) => kernels.rows(tensor, rows, rows);
  for (const half of [upper, lower]) {
    kernels.copy(half(stacked.indices), codes.indices);
    kernels.copy(half(stacked.counts), codes.counts);
  }
  kernels.copy(upper(stacked.values), coefficients);
  kernels.copy(lower(stacked.values), codes.values);
  kernels.addRow(upper(stackedX), x, state.weights.decoderBias, config.preEncoderBias ? -1 : 0);
  kernels.copy(lower(stackedX), residual);
  return { codes: stacked, coefficients: stacked.values, x: stackedX };
}
