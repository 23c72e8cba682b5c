import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { UserError } from "../numerics/user-error.ts";
import type { DictionaryConfig } from "./config.ts";
import {
  createDenseBuffers,
  type DenseBuffers,
  differentiateDense,
  releaseDenseBuffers,
  updateDense,
} from "./dense-step.ts";
import { type AutoencoderLoss, combineLoss } from "./loss.ts";
import { type CodeBuffers, createCodeBuffers, differentiateSparse, encodeStep, updateSparse } from "./sparse-step.ts";
import { createStepWorkspace, describeUpdate, type Objective, openStep, type StepWorkspace } from "./step-workspace.ts";
import type { TrainingState } from "./training-state.ts";

/** Share of the features that is active on average where dense products become as fast as sparse ones (docs/log.md). */
const DENSE_SHARE = 0.15;
/** The running mean of batch thresholds remembers about this share of the steps, since they fall at first, and at most so many. */
const THRESHOLD_MEMORY = { share: 0.1, most: 1000 };

/** What one step changes with the schedule. */
export interface StepSchedule {
  readonly l1: number;
  readonly learningRate: number;
}

/** What one batch showed, before the update. */
export interface StepMeasurement extends AutoencoderLoss {
  /** Active features per vector. */
  readonly l0: number;
  readonly dense: boolean;
}

/** Steps that change a training state in place. */
export interface TrainingStep {
  /**
   * One step on x [config.batch, width]. Throws UserError where the loss is not finite, before any weight changes, and where
   * the step leaves a weight or moment that is not finite: the state is worth nothing then.
   */
  take(x: Tensor, schedule: StepSchedule): Promise<StepMeasurement>;
}

/**
 * A step computes the gradient of the loss on one batch and updates the state. Where few features are active only the
 * encoder's product is dense and everything else costs O(active x width); above `denseAbove` active features per vector
 * all are dense products, with the same result up to rounding. Which of both depends on counts alone.
 */
export function createTrainingStep(
  kernels: Kernels,
  config: DictionaryConfig,
  state: TrainingState,
  denseAbove = DENSE_SHARE * config.features,
): TrainingStep {
  const workspace = createStepWorkspace(kernels, config, state);
  const limit = config.kind === "relu" ? denseAbove * config.batch : Number.POSITIVE_INFINITY;
  const buffers: Buffers = { scaled: undefined, sparse: undefined, dense: undefined };
  return {
    take: async (batch, { l1, learningRate }) => {
      const x = scaleBatch(workspace, buffers, batch);
      const objective = await openStep(workspace, l1);
      const pass = await differentiate(workspace, buffers, x, objective, limit);
      const featureSums = await kernels.read(workspace.featureSums);
      const [squaredErrors = 0] = await kernels.read(workspace.squaredErrors);
      const features = sumWeighted(featureSums, objective.weights);
      const { activationScale } = state;
      const loss = combineLoss({ rows: config.batch, squaredErrors, features, activationScale }, objective.factors);
      checkFinite(loss, state.step);
      pass.update(describeUpdate(workspace, objective, featureSums, learningRate));
      await checkWeights(workspace);
      await countFirings(workspace, buffers, pass.dense);
      followThreshold(state, pass.threshold);
      state.dense = config.kind === "relu" && pass.active > limit;
      state.step += 1;
      return { ...loss, l0: pass.active / config.batch, dense: pass.dense };
    },
  };
}

interface Buffers {
  scaled: Tensor | undefined; // [B, d]
  sparse: CodeBuffers | undefined;
  dense: DenseBuffers | undefined;
}

/** A batch with its gradients taken. */
interface Pass {
  readonly dense: boolean;
  readonly active: number;
  readonly threshold: number;
  readonly update: (options: ReturnType<typeof describeUpdate>) => void;
}

/** The batch is tried with codes unless the one before it was too dense for them. */
async function differentiate(
  workspace: StepWorkspace,
  buffers: Buffers,
  x: Tensor,
  objective: Objective,
  limit: number,
): Promise<Pass> {
  if (!workspace.state.dense || workspace.config.kind !== "relu") {
    if (buffers.dense) releaseDenseBuffers(workspace, buffers.dense);
    buffers.dense = undefined;
    buffers.sparse ??= createCodeBuffers(workspace);
    const { sparse } = buffers;
    const { active, threshold } = await encodeStep(workspace, sparse, x, limit);
    if (active <= limit) {
      differentiateSparse(workspace, sparse, x, objective.factors);
      return { dense: false, active, threshold, update: (update) => updateSparse(workspace, sparse, x, update) };
    }
  }
  buffers.dense ??= createDenseBuffers(workspace);
  const { dense } = buffers;
  differentiateDense(workspace, dense, x, objective.factors);
  const firings = await workspace.kernels.read(dense.firings);
  const active = firings.reduce((a, b) => a + b, 0);
  return { dense: true, active, threshold: 0, update: (update) => updateDense(workspace, dense, x, update) };
}

function scaleBatch({ kernels, state }: StepWorkspace, buffers: Buffers, x: Tensor): Tensor {
  if (state.activationScale === 1) return x;
  buffers.scaled ??= kernels.create(x.shape);
  kernels.scale(buffers.scaled, x, state.activationScale);
  return buffers.scaled;
}

/** Adds the batch to the state's activity window and to its counts of firings. */
async function countFirings({ kernels, state, rows, featureSums }: StepWorkspace, buffers: Buffers, dense: boolean) {
  kernels.addScaled(state.activity, state.activity, featureSums, 1);
  state.windowVectors += rows;
  if (!dense) return kernels.sparseColumnCounts(state.windowCounts, buffers.sparse!.codes);
  const [counts, firings] = [await kernels.readInts(state.windowCounts), await kernels.read(buffers.dense!.firings)];
  kernels.write(
    state.windowCounts,
    counts.map((count, i) => count + firings[i]!),
  );
}

function followThreshold(state: TrainingState, threshold: number): void {
  const { share, most } = THRESHOLD_MEMORY;
  state.threshold += (threshold - state.threshold) / Math.min(1 + share * state.step, most);
}

function sumWeighted(values: Float32Array, weights: Float32Array | null): number {
  return values.reduce((sum, value, i) => sum + value * (weights?.[i] ?? 1), 0);
}

function checkFinite({ loss }: AutoencoderLoss, step: number): void {
  if (Number.isFinite(loss)) return;
  throw new UserError(
    `The dictionary's loss is not finite (${loss}) at step ${step + 1}: training diverged or an activation is not finite; lower learningRate and go on from the last checkpoint.`,
  );
}

/** What is broken in a feature that stays silent shows in no loss. */
async function checkWeights({ kernels, state, broken }: StepWorkspace): Promise<void> {
  if ((await kernels.read(broken))[0] === 0) return;
  throw new UserError(
    `A weight of the dictionary, or a moment of Adam's, is not finite after step ${state.step + 1}: training diverged; lower learningRate and go on from the last checkpoint.`,
  );
}
