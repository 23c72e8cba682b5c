import type { Tensor } from "../kernels/kernels.ts";
import { hashPath } from "../numerics/random.ts";

/** Which batches are wanted of several passes over the same rows. */
export interface RepeatEpochsOptions {
  /** Rows in all, those of every epoch counted. */
  readonly rows: number;
  readonly epochs: number;
  /** Rows per batch. */
  readonly batch: number;
  readonly seed: number;
  /** The batch to begin with, 0 if absent. */
  readonly firstBatch?: number;
}

/** One pass. */
export interface Epoch {
  /** Rows of the pass, whole batches; always the same ones. */
  readonly rows: number;
  readonly firstBatch: number;
  /** How this pass is mixed. */
  readonly mixSeed: number;
}

/** Passes over the same rows one after the other, each mixed otherwise; a batch is the same wherever one begins. */
export async function* repeatEpochs(
  options: RepeatEpochsOptions,
  open: (epoch: Epoch) => AsyncGenerator<Tensor>,
): AsyncGenerator<Tensor> {
  const { batch, epochs, seed } = options;
  const batches = Math.floor(options.rows / batch);
  const perEpoch = Math.ceil(batches / epochs);
  for (let next = options.firstBatch ?? 0; next < batches; ) {
    const epoch = Math.floor(next / perEpoch);
    const mixSeed = epoch === 0 ? seed : hashPath(seed, ["epoch", epoch]);
    for await (const x of open({ rows: perEpoch * batch, firstBatch: next - epoch * perEpoch, mixSeed })) {
      yield x;
      next++;
      if (next === batches) return;
    }
  }
}
