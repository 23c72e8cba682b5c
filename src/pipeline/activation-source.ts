import { activationBatches } from "../activations/activation-batches.ts";
import { countDistinctRows } from "../activations/harvest.ts";
import { type Epoch, repeatEpochs } from "../activations/repeat-epochs.ts";
import type { ActivationStatistics } from "../activations/statistics.ts";
import type { DictionaryConfig } from "../autoencoder/config.ts";
import type { Tensor } from "../kernels/kernels.ts";
import { parseSite } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import { readTokenStream } from "../store/token-file.ts";
import { readActivationStatistics } from "./activation-files.ts";
import { readModel } from "./model-files.ts";
import type { StageContext } from "./stage.ts";
import { HARVEST_CONTEXTS } from "./stages/harvest.ts";

/** Which rows of a source are wanted, and how they are mixed and cut. */
export interface SourceBatchesOptions {
  /** Rows per batch. */
  readonly batch: number;
  readonly seed: number;
  /** Rows in all, those of every epoch counted; one pass over the source if absent. */
  readonly rows?: number;
  /** Passes over the same rows, each mixed otherwise; 1 if absent. */
  readonly epochs?: number;
  /** The batch to begin with, 0 if absent: batches are the same wherever one begins. */
  readonly firstBatch?: number;
  /** Rows mixed at a time. */
  readonly bufferRows: number;
}

/** Where a dictionary's activations come from. */
export interface ActivationSource {
  readonly width: number;
  /** Rows that can be had without repetition. */
  readonly rows: number;
  /** What the rows come from, as a sentence's subject and verb: "the training text gives". */
  readonly origin: string;
  /** Absent where activations come from files. */
  readonly model?: Transformer;
  readonly statistics: ActivationStatistics;
  /** Mixed batches [batch, width], each valid until the next; a last batch that is not full is dropped. */
  batches(options: SourceBatchesOptions): AsyncGenerator<Tensor>;
}

/** The source of the activations that a dictionary of this run learns from. */
export function openActivationSource(context: StageContext, config: DictionaryConfig): ActivationSource {
  const { site, tokensPerContext } = config;
  const model = readModel(context.paths, context.kernels);
  const stream = readTokenStream(context.paths, "train", model.config.vocabularySize);
  return {
    width: parseSite(site, model.config).width,
    rows: countDistinctRows(stream, model.config.contextLength, tokensPerContext),
    origin: "the training text gives",
    model,
    statistics: readActivationStatistics(context.paths, site),
    batches: ({ epochs = 1, bufferRows: capacity, ...options }) => {
      const place = { site, tokensPerContext, capacity, contexts: HARVEST_CONTEXTS };
      const open = (epoch: Partial<Epoch>) => activationBatches(model, stream, { ...options, ...place, ...epoch });
      const { rows } = options;
      return rows === undefined || epochs === 1 ? open({}) : repeatEpochs({ ...options, rows, epochs }, open);
    },
  };
}
