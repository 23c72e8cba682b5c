import type { AdamOptions, Kernels, Tensor } from "../kernels/kernels.ts";
import { encodeDecoderBias } from "./autoencoder.ts";
import type { DictionaryConfig } from "./config.ts";
import { type LossFactors, lossFactors } from "./loss.ts";
import type { TrainingState } from "./training-state.ts";

// Dimensions: B batch, d width, m features.

const ADAM_EPSILON = 1e-8;

/** What every step works with, on the sparse and on the dense path. */
export interface StepWorkspace {
  readonly kernels: Kernels;
  readonly config: DictionaryConfig;
  readonly state: TrainingState;
  readonly rows: number; // B
  readonly features: number; // m
  readonly width: number; // d
  /** The encoder's bias for activations from which nothing is subtracted. */
  readonly bias: Tensor; // [m]
  /** What the penalty adds to the gradient by each active feature. */
  readonly penalties: Tensor; // [m]
  /** Reconstruction less input, then the loss's gradient by the reconstruction. */
  readonly residual: Tensor; // [B, d]
  readonly squaredErrors: Tensor; // [1]
  /** Each feature's sum over the batch: positive exactly where it fired. */
  readonly featureSums: Tensor; // [m]
  readonly encoderBiasGradient: Tensor; // [m]
  readonly decoderBiasGradient: Tensor; // [d]
  readonly squaredNorm: Tensor; // [1]
  readonly gradientScale: Tensor; // [1]
  /** Factor of each decoder row in its own gradient, where the penalty weighs by its norm. */
  readonly rowFactors: Tensor; // [m]
  /** NaN once a step left a weight or moment that is not finite, 0 until then. */
  readonly broken: Tensor; // [1]
}

/** What Adam's step of one batch depends on besides its gradients. */
export interface UpdateOptions extends AdamOptions {
  readonly gradientScale: Tensor | null;
  readonly rowFactors: Tensor | null;
  /** Whether the decoder's rows are put to norm 1 before the step, and after it. */
  readonly normaliseBefore: boolean;
  readonly normaliseAfter: boolean;
}

/** Buffers for batches of `config.batch`. */
export function createStepWorkspace(kernels: Kernels, config: DictionaryConfig, state: TrainingState): StepWorkspace {
  const [m = 0, d = 0] = state.weights.encoder.shape;
  return {
    kernels,
    config,
    state,
    rows: config.batch,
    features: m,
    width: d,
    bias: kernels.create([m]),
    penalties: kernels.create([m]),
    residual: kernels.create([config.batch, d]),
    squaredErrors: kernels.create([1]),
    featureSums: kernels.create([m]),
    encoderBiasGradient: kernels.create([m]),
    decoderBiasGradient: kernels.create([d]),
    squaredNorm: kernels.create([1]),
    gradientScale: kernels.create([1]),
    rowFactors: kernels.create([m]),
    broken: kernels.create([1]),
  };
}

/** The loss under one coefficient, and what a unit of each feature costs in it. */
export interface Objective {
  readonly factors: LossFactors;
  /** Norms of the decoder's rows where the penalty weighs by them, else null. */
  readonly weights: Float32Array | null; // [m]
}

/** Fills `bias` and `penalties` for the weights as they are. */
export async function openStep(workspace: StepWorkspace, l1: number): Promise<Objective> {
  const { kernels, config, state, bias, penalties } = workspace;
  const factors = lossFactors(config, workspace.rows, workspace.width, l1);
  if (config.preEncoderBias) encodeDecoderBias(kernels, bias, state.weights, -1);
  else kernels.copy(bias, state.weights.encoderBias);
  const weights = config.l1Weighting === "none" ? null : await readDecoderNorms(workspace);
  if (weights)
    kernels.write(
      penalties,
      weights.map((norm) => factors.features * norm),
    );
  else kernels.fill(penalties, factors.features);
  return { factors, weights };
}

/** What Adam needs for this step; norms and sums as they were when the gradients were taken. */
export function describeUpdate(
  workspace: StepWorkspace,
  objective: Objective,
  featureSums: Float32Array,
  learningRate: number,
): UpdateOptions {
  const { kernels, config, state, rowFactors, gradientScale } = workspace;
  const { beta1, beta2, decoderNorm, decoderNormEvery } = config;
  const step = state.step + 1;
  const { factors, weights } = objective;
  if (weights)
    kernels.write(
      rowFactors,
      weights.map((norm, i) => (norm > 0 ? (factors.features * featureSums[i]!) / norm : 0)),
    );
  const due = step % decoderNormEvery === 0;
  return {
    learningRate,
    beta1,
    beta2,
    epsilon: ADAM_EPSILON,
    weightDecay: 0,
    step,
    gradientScale: config.gradientClip > 0 ? gradientScale : null,
    rowFactors: weights ? rowFactors : null,
    broken: workspace.broken,
    normaliseBefore: due && decoderNorm === "unit-before-step",
    normaliseAfter: due && decoderNorm === "unit-after-step",
  };
}

/** From the reconstruction in `residual` (rows of it, as of x): its squared error, added, then the gradient by it. */
export function turnIntoGradient(workspace: StepWorkspace, residual: Tensor, x: Tensor, factors: LossFactors): void {
  const { kernels, squaredErrors } = workspace;
  kernels.addScaled(residual, residual, x, -1);
  kernels.sumOfSquares(squaredErrors, residual, { accumulate: true });
  kernels.scale(residual, residual, 2 * factors.squaredErrors);
}

/** The decoder bias is added to the reconstruction: its gradient is that of the reconstruction, summed; the encoder's part is still missing. */
export function openDecoderBiasGradient({ kernels, residual, decoderBiasGradient }: StepWorkspace): void {
  kernels.columnSums(decoderBiasGradient, residual);
}

/** The bias is subtracted from the input, if at all: less E^T encoderBiasGradient, here that of `count` features from `first` on. */
export function subtractEncoderPart(
  { kernels, config, state, encoderBiasGradient, decoderBiasGradient, width }: StepWorkspace,
  first: number,
  count: number,
): void {
  if (!config.preEncoderBias) return;
  kernels.gemm(
    kernels.reshape(decoderBiasGradient, [1, width]),
    kernels.reshape(kernels.rows(encoderBiasGradient, first, count), [1, count]),
    kernels.rows(state.weights.encoder, first, count),
    { scale: -1, accumulate: true },
  );
}

/** Sets `gradientScale` so that the whole gradient's norm is at most config.gradientClip; `addNorms` adds the matrices' squares and leaves the biases' gradients. */
export function clipGradient(workspace: StepWorkspace, addNorms: (squaredNorm: Tensor) => void): void {
  const { kernels, config, squaredNorm, gradientScale, encoderBiasGradient, decoderBiasGradient } = workspace;
  if (config.gradientClip === 0) return;
  kernels.fill(squaredNorm, 0);
  addNorms(squaredNorm);
  kernels.sumOfSquares(squaredNorm, encoderBiasGradient, { accumulate: true });
  kernels.sumOfSquares(squaredNorm, decoderBiasGradient, { accumulate: true });
  kernels.clipFactor(gradientScale, squaredNorm, config.gradientClip);
}

/** Adam's step of the two biases, after the matrices', which still need them. */
export function updateBiases({ kernels, state, ...gradients }: StepWorkspace, update: UpdateOptions): void {
  const { weights, moment1, moment2 } = state;
  for (const name of ["encoderBias", "decoderBias"] as const) {
    const gradient = gradients[`${name}Gradient`];
    kernels.adamW(weights[name], moment1[name], moment2[name], gradient, update.gradientScale, update);
  }
}

async function readDecoderNorms({ kernels, state, features }: StepWorkspace): Promise<Float32Array> {
  const squares = kernels.create([features]);
  kernels.rowSquaredNorms(squares, state.weights.decoder);
  const norms = (await kernels.read(squares)).map(Math.sqrt);
  kernels.release(squares);
  return norms;
}
