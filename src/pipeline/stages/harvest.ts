import { countHarvestRows, harvest } from "../../activations/harvest.ts";
import { type ActivationStatistics, measureActivations } from "../../activations/statistics.ts";
import { readTokenStream } from "../../store/token-file.ts";
import { writeActivationStatistics } from "../activation-files.ts";
import type { RunEvent } from "../events.ts";
import { readModel } from "../model-files.ts";
import { Interrupted, type Stage, type StageContext } from "../stage.ts";

const STATISTICS_ROWS = 262_144;
/** Contexts per forward pass when activations are harvested. */
export const HARVEST_CONTEXTS = 32;

/** Measures the site's activations on training text: the mean (for mean ablation) and the geometric median (the first decoder bias). */
export const harvestStage: Stage = {
  name: "harvest",
  needs: ["tokenize", "train-model"],
  perDictionary: false,
  inputs: ({ experiment: { dictionary, seed } }) => ({
    site: dictionary.site,
    tokensPerContext: dictionary.tokensPerContext,
    rows: countRows(dictionary.activations),
    seed,
  }),
  run: runHarvest,
};

async function* runHarvest(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, kernels, experiment, signal } = context;
  const { site, tokensPerContext, activations } = experiment.dictionary;
  const model = readModel(paths, kernels);
  const stream = readTokenStream(paths, "train", model.config.vocabularySize);
  const limit = Math.min(
    countRows(activations),
    countHarvestRows(stream, model.config.contextLength, tokensPerContext),
  );
  const options = { site, tokensPerContext, batch: HARVEST_CONTEXTS, seed: experiment.seed, rows: limit };
  const statistics = yield* measure(
    measureActivations(kernels, harvest(model, stream, options), { limit }),
    limit,
    signal,
  );
  writeActivationStatistics(paths, statistics, site);
  const share = (100 * statistics.fractionNonZero).toFixed(1);
  yield {
    kind: "note",
    stage: "harvest",
    sentence: `${statistics.rows} vectors at ${site}: ${share} % of their entries are non-zero, mean norm ${statistics.meanNorm.toFixed(2)}`,
  };
  return [paths.activations.statistics];
}

async function* measure(
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
