import { activationBatches } from "../activations/activation-batches.ts";
import { countDistinctRows } from "../activations/harvest.ts";
import { mixRows } from "../activations/mix-rows.ts";
import { type Epoch, repeatEpochs } from "../activations/repeat-epochs.ts";
import { type RowSplit, splitRows } from "../activations/row-order.ts";
import type { ActivationStatistics } from "../activations/statistics.ts";
import type { DictionaryConfig } from "../autoencoder/config.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { parseSite } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import { openRowReader, type RowTable } from "../store/row-tables.ts";
import { readTokenStream } from "../store/token-file.ts";
import { openCache, readCacheManifest } from "./activation-cache.ts";
import { readActivationStatistics } from "./activation-files.ts";
import { readModel } from "./model-files.ts";
import { FILES_SITE, inspectOwnActivations, learnsFromFiles } from "./own-activations.ts";
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

/** Batches of one pass over a source. */
type OpenPass = (options: Omit<SourceBatchesOptions, "epochs"> & Partial<Epoch>) => AsyncGenerator<Tensor>;

/** The source of the activations that a dictionary of this run learns from: files, the run's cache, or its model as it reads the training text. */
export function openActivationSource(context: StageContext, config: DictionaryConfig): ActivationSource {
  const { paths, experiment } = context;
  if (learnsFromFiles(experiment)) return openFiles(context);
  const cache = readCacheManifest(paths);
  if (cache === undefined) return openHarvest(context, config);
  const tables = openCache(paths, cache, config);
  return {
    model: readModel(paths, context.kernels),
    statistics: readActivationStatistics(paths, config.site),
    origin: "the activations harvested to disk are",
    ...openTables(context.kernels, tables, splitRows(cache.rows, { share: 0, limit: 0, seed: experiment.seed })),
  };
}

function openFiles({ paths, experiment, kernels }: StageContext): ActivationSource {
  const { tables, split } = inspectOwnActivations(experiment, paths);
  return {
    statistics: readActivationStatistics(paths, FILES_SITE),
    origin: "the files hold, apart from the vectors kept to judge it on,",
    ...openTables(kernels, tables, split),
  };
}

function openTables(
  kernels: Kernels,
  tables: readonly RowTable[],
  split: RowSplit,
): Pick<ActivationSource, "width" | "rows" | "batches"> {
  async function* openPass({ bufferRows: capacity, ...options }: Parameters<OpenPass>[0]): AsyncGenerator<Tensor> {
    const reader = openRowReader(tables);
    try {
      yield* mixRows(kernels, reader, { ...options, split, capacity });
    } finally {
      reader.close();
    }
  }
  return { width: tables[0]!.width, rows: split.rows, batches: (options) => openPasses(options, openPass) };
}

function openHarvest({ paths, kernels }: StageContext, config: DictionaryConfig): ActivationSource {
  const { site, tokensPerContext } = config;
  const model = readModel(paths, kernels);
  const stream = readTokenStream(paths, "train", model.config.vocabularySize);
  const place = { site, tokensPerContext, contexts: HARVEST_CONTEXTS };
  const openPass: OpenPass = ({ bufferRows: capacity, ...options }) =>
    activationBatches(model, stream, { ...options, ...place, capacity });
  return {
    width: parseSite(site, model.config).width,
    rows: countDistinctRows(stream, model.config.contextLength, tokensPerContext),
    origin: "the training text gives",
    model,
    statistics: readActivationStatistics(paths, site),
    batches: (options) => openPasses(options, openPass),
  };
}

function openPasses({ epochs = 1, ...options }: SourceBatchesOptions, open: OpenPass): AsyncGenerator<Tensor> {
  const { rows } = options;
  if (rows === undefined || epochs === 1) return open(options);
  return repeatEpochs({ ...options, rows, epochs }, (epoch) => open({ ...options, ...epoch }));
}
