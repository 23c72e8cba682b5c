import { countHarvestRows, harvest } from "../../activations/harvest.ts";
import { mixRows } from "../../activations/mix-rows.ts";
import { type ActivationStatistics, measureActivations } from "../../activations/statistics.ts";
import type { Tensor } from "../../kernels/kernels.ts";
import type { Transformer } from "../../model/transformer.ts";
import { hashPath } from "../../numerics/random.ts";
import { UserError } from "../../numerics/user-error.ts";
import { openRowReader } from "../../store/row-tables.ts";
import { readTokenStream } from "../../store/token-file.ts";
import type { TokenStream } from "../../text/contexts.ts";
import { readCacheManifest, writeCache } from "../activation-cache.ts";
import { writeActivationStatistics } from "../activation-files.ts";
import type { RunEvent } from "../events.ts";
import { readModel } from "../model-files.ts";
import { FILES_SITE, inspectOwnActivations, learnsFromFiles, writeFileList } from "../own-activations.ts";
import { Interrupted, type Stage, type StageContext } from "../stage.ts";

const STATISTICS_ROWS = 262_144;
/** Contexts per forward pass when activations are harvested. */
export const HARVEST_CONTEXTS = 32;
const STATISTICS_BATCH = 1024;

/**
 * Measures the activations that dictionaries learn from, at the site on training text or in files: the mean (for mean ablation)
 * and the geometric median (the first decoder bias). On request it keeps the activations themselves.
 */
export const harvestStage: Stage = {
  name: "harvest",
  needs: ["tokenize", "train-model"],
  perDictionary: false,
  inputs: (context) => {
    const { experiment, paths } = context;
    if (learnsFromFiles(experiment)) {
      refuseCache(context);
      const files = inspectOwnActivations(experiment, paths).files.map(({ file: _, ...identity }) => identity);
      return { files, heldOutShare: experiment.activations.heldOutShare, seed: experiment.seed };
    }
    const { site, tokensPerContext, activations, epochs } = experiment.dictionary;
    const cache = chooseCache(context);
    return {
      site,
      tokensPerContext,
      rows: countRows(activations),
      seed: experiment.seed,
      ...(cache === undefined ? {} : { cache, cachedRows: Math.ceil(activations / epochs) }),
    };
  },
  run: (context, inputs) => (learnsFromFiles(context.experiment) ? measureFiles(context) : runHarvest(context, inputs)),
};

function refuseCache({ cache, paths }: StageContext): void {
  if (cache !== undefined) throw new UserError(`${paths.root} learns from files already: leave --cache out`, 2);
}

async function* runHarvest(context: StageContext, inputs: string): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, kernels } = context;
  const model = readModel(paths, kernels);
  const stream = readTokenStream(paths, "train", model.config.vocabularySize);
  yield* measureSite(context, model, stream);
  const dtype = chooseCache(context);
  if (dtype === undefined) return [paths.activations.statistics];
  const files = yield* writeCache(context, { model, stream, dtype, contexts: HARVEST_CONTEXTS, inputs });
  return [paths.activations.statistics, ...files];
}

/** As asked for on the command line; otherwise a run that has a cache keeps it. */
function chooseCache({ cache, paths }: StageContext) {
  return cache ?? readCacheManifest(paths)?.dtype;
}

async function* measureSite(
  context: StageContext,
  model: Transformer,
  stream: TokenStream,
): AsyncGenerator<RunEvent, void> {
  const { site, tokensPerContext, activations } = context.experiment.dictionary;
  const limit = Math.min(
    countRows(activations),
    countHarvestRows(stream, model.config.contextLength, tokensPerContext),
  );
  const options = {
    ...{ site, tokensPerContext, batch: HARVEST_CONTEXTS },
    ...{ seed: context.experiment.seed, rows: limit },
  };
  yield* measure(context, harvest(model, stream, options), limit, site, `at ${site}`);
}

/** Of a random sample of the rows to learn from. */
async function* measureFiles(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, kernels, experiment } = context;
  const { tables, split, files } = inspectOwnActivations(experiment, paths);
  const limit = countRows(split.rows);
  const batch = Math.min(limit, STATISTICS_BATCH);
  const seed = hashPath(experiment.seed, ["statistics"]);
  const reader = openRowReader(tables);
  try {
    const rows = mixRows(kernels, reader, { split, batch, capacity: 16 * batch, seed, rows: limit });
    yield* measure(context, rows, limit, FILES_SITE, `of width ${reader.width}`);
  } finally {
    reader.close();
  }
  writeFileList(paths, files);
  return [paths.activations.statistics, paths.activations.files];
}

async function* measure(
  { paths, kernels, signal }: StageContext,
  rows: AsyncIterable<Tensor> | Iterable<Tensor>,
  limit: number,
  site: string,
  where: string,
): AsyncGenerator<RunEvent, void> {
  const statistics = yield* showProgress(measureActivations(kernels, rows, { limit }), limit, signal);
  writeActivationStatistics(paths, statistics, site);
  const share = (100 * statistics.fractionNonZero).toFixed(1);
  const sentence = `${statistics.rows} vectors ${where}: ${share} % of their entries are non-zero, mean norm ${statistics.meanNorm.toFixed(2)}`;
  yield { kind: "note", stage: "harvest", sentence };
}

async function* showProgress(
  measuring: AsyncGenerator<number, ActivationStatistics>,
  total: number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, ActivationStatistics> {
  for (;;) {
    const next = await measuring.next();
    if (next.done) return next.value;
    if (signal.aborted)
      throw new Interrupted("stopped while measuring activations; the same command measures them anew");
    yield { kind: "progress", stage: "harvest", done: next.value, total, unit: "vectors" };
  }
}

function countRows(activations: number): number {
  return Math.min(STATISTICS_ROWS, activations);
}
