import type { Tensor } from "../kernels/kernels.ts";
import { clearGradients, createGradients, forwardBackward, type Gradients } from "./backward.ts";
import { createOptimiser, type Optimiser, type UpdateOptions, updateParameters } from "./optimiser.ts";
import { downloadTensors, type ShapedArray } from "./parameters.ts";
import type { TokenBatch } from "./token-batch.ts";
import { parameter, type Transformer } from "./transformer.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

/** All that a training run needs to go on exactly where it was: the order of the data is a function of the step. */
export interface ModelSnapshot {
  /** Updates done. */
  readonly step: number;
  readonly parameters: ReadonlyMap<string, ShapedArray>;
  readonly moments1: ReadonlyMap<string, ShapedArray>;
  readonly moments2: ReadonlyMap<string, ShapedArray>;
  /** Training loss not yet reported: the sum in nats and its tokens. */
  readonly unreported: { readonly nats: number; readonly tokens: number };
}

/** A model in training: adds up gradients, updates, and reads the device only when asked for a number. */
export class ModelTrainer {
  readonly model: Transformer;
  private readonly workspace: Workspace;
  private readonly gradients: Gradients;
  private readonly optimiser: Optimiser;
  private readonly batchLoss: Tensor; // [1]
  private readonly totalLoss: Tensor; // [1], of tokens since the last `takeLoss`
  private tokensSinceLoss = 0;

  constructor(model: Transformer, batch: number) {
    this.model = model;
    this.workspace = createWorkspace(model, batch);
    this.gradients = createGradients(model, this.workspace);
    this.optimiser = createOptimiser(model);
    this.batchLoss = model.kernels.create([1]);
    this.totalLoss = model.kernels.create([1]);
  }

  /** Adds the gradient of the mean loss over `share` of an update's tokens: 1 where a batch is the whole update. */
  addGradients(batch: TokenBatch, share = 1): void {
    const { kernels } = this.model;
    const tokens = this.workspace.rows;
    forwardBackward(this.model, this.workspace, this.gradients, batch.tokens, batch.targets, share / tokens);
    kernels.sum(this.batchLoss, this.gradients.losses);
    kernels.addScaled(this.totalLoss, this.totalLoss, this.batchLoss, 1);
    this.tokensSinceLoss += tokens;
  }

  /** One AdamW step with the gradients added since the last. */
  update(options: UpdateOptions): void {
    updateParameters(this.model, this.optimiser, this.gradients, options);
    clearGradients(this.model, this.gradients);
  }

  /** The mean training loss in nats per token since the last call, each batch judged before its update. */
  async takeLoss(): Promise<number> {
    const total = (await this.model.kernels.read(this.totalLoss))[0]!;
    const mean = total / this.tokensSinceLoss;
    this.model.kernels.fill(this.totalLoss, 0);
    this.tokensSinceLoss = 0;
    return mean;
  }

  /** The global norm of the last update's gradient, before clipping. */
  async readGradientNorm(): Promise<number> {
    return Math.sqrt((await this.model.kernels.read(this.optimiser.squaredNorm))[0]!);
  }

  async snapshot(step: number): Promise<ModelSnapshot> {
    const { kernels, parameters } = this.model;
    return {
      step,
      parameters: await downloadTensors(kernels, parameters),
      moments1: await downloadTensors(kernels, this.optimiser.moments1),
      moments2: await downloadTensors(kernels, this.optimiser.moments2),
      unreported: { nats: (await kernels.read(this.totalLoss))[0]!, tokens: this.tokensSinceLoss },
    };
  }

  /** Takes over a snapshot's moments and unreported loss (its parameters are the model's). */
  restore(snapshot: ModelSnapshot): void {
    const { kernels } = this.model;
    kernels.fill(this.totalLoss, snapshot.unreported.nats);
    this.tokensSinceLoss = snapshot.unreported.tokens;
    for (const [name, { data }] of snapshot.moments1) kernels.write(parameter(this.optimiser.moments1, name), data);
    for (const [name, { data }] of snapshot.moments2) kernels.write(parameter(this.optimiser.moments2, name), data);
  }
}
