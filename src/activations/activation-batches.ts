import type { Tensor } from "../kernels/kernels.ts";
import { parseSite } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import type { TokenStream } from "../text/contexts.ts";
import { type HarvestOptions, harvest } from "./harvest.ts";
import { shuffle, shuffleStart } from "./shuffle.ts";

/** Which activations are harvested, and how they are mixed into batches. */
export interface ActivationBatchesOptions {
  readonly site: string;
  readonly tokensPerContext: number;
  /** Rows per emitted batch. */
  readonly batch: number;
  /** Rows mixed at a time. */
  readonly capacity: number;
  /** Contexts in one forward pass of the model. */
  readonly contexts: number;
  readonly seed: number;
  /** Seed of the mixing where it is another one: the same rows in another order. */
  readonly mixSeed?: number;
  /** Rows harvested in all; absent: one epoch. */
  readonly rows?: number;
  /** The batch to begin with, 0 if absent: batches are the same wherever one begins. */
  readonly firstBatch?: number;
  readonly signal?: AbortSignal;
}

/** Harvested and mixed activations [batch, width], valid until the next; a last batch that is not full is dropped. */
export function activationBatches(
  model: Transformer,
  stream: TokenStream,
  options: ActivationBatchesOptions,
): AsyncGenerator<Tensor> {
  const { width } = parseSite(options.site, model.config);
  const { firstRow } = shuffleStart(options);
  const { contexts, ...common } = options;
  const harvestOptions: HarvestOptions = { ...common, batch: contexts, firstRow };
  const rows = harvest(model, stream, harvestOptions);
  const seed = options.mixSeed ?? options.seed;
  return shuffle(model.kernels, rows, { ...common, seed, width, lastBatch: "drop" });
}
