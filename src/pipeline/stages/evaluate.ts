import { readHeldOutRows } from "../../activations/mix-rows.ts";
import {
  type DictionaryMetrics,
  headlineLossRecovered,
  type ReconstructionMetrics,
} from "../../metrics/dictionary-metrics.ts";
import { evaluateDictionary } from "../../metrics/evaluate-dictionary.ts";
import { evaluateReconstruction } from "../../metrics/evaluate-reconstruction.ts";
import type { FeatureActivity } from "../../metrics/feature-density.ts";
import { parseSite } from "../../model/sites.ts";
import { openRowReader } from "../../store/row-tables.ts";
import { readTokenStream } from "../../store/token-file.ts";
import { readActivationStatistics } from "../activation-files.ts";
import { readDictionary, writeEvaluation } from "../dictionary-files.ts";
import type { RunEvent } from "../events.ts";
import { readModel } from "../model-files.ts";
import { FILES_SITE, inspectOwnActivations, learnsFromFiles } from "../own-activations.ts";
import { Interrupted, type Stage, type StageContext } from "../stage.ts";

const CHUNK_ROWS = 4096;

/** Judges the dictionary on held-out text, or on held-out activations where there is no model. */
export const evaluateStage: Stage = {
  name: "evaluate",
  needs: ["tokenize", "train-model", "harvest", "train-dictionary"],
  perDictionary: true,
  inputs: ({ experiment }) => ({ evaluation: experiment.evaluation, site: experiment.dictionary.site }),
  run: (context) => (learnsFromFiles(context.experiment) ? judgeOnRows(context) : judgeOnText(context)),
};

async function* judgeOnText(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const { kernels, experiment, dictionaryName, signal } = context;
  const paths = context.paths.dictionary(dictionaryName);
  const model = readModel(context.paths, kernels);
  const site = parseSite(experiment.dictionary.site, model.config);
  const stream = readTokenStream(context.paths, "valid", model.config.vocabularySize);
  const T = model.config.contextLength;
  const evaluation = evaluateDictionary({
    model,
    dictionary: readDictionary(paths, dictionaryName, kernels, site.width),
    site: site.name,
    stream,
    contexts: Math.max(2, Math.ceil(experiment.evaluation.tokens / T)),
    meanActivation: readActivationStatistics(context.paths, site.name).mean,
  });
  for (;;) {
    const next = await evaluation.next();
    if (next.done) return yield* finish(context, next.value, describeMetrics(next.value.metrics));
    stopIfAsked(signal);
    const { contexts, ofContexts } = next.value;
    yield { kind: "progress", stage: "evaluate", done: contexts * T, total: ofContexts * T, unit: "tokens" };
  }
}

async function* judgeOnRows(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, kernels, experiment, dictionaryName, signal } = context;
  const { tables, split, width } = inspectOwnActivations(experiment, paths);
  const total = Math.min(split.heldOut, experiment.evaluation.tokens);
  const reader = openRowReader(tables);
  try {
    const evaluation = evaluateReconstruction({
      kernels,
      dictionary: readDictionary(paths.dictionary(dictionaryName), dictionaryName, kernels, width),
      rows: readHeldOutRows(kernels, reader, split, { limit: total, chunk: CHUNK_ROWS }),
      groupRows: split.blockRows,
      meanActivation: readActivationStatistics(paths, FILES_SITE).mean,
    });
    for (;;) {
      const next = await evaluation.next();
      if (next.done) return yield* finish(context, next.value, describeReconstruction(next.value.metrics));
      stopIfAsked(signal);
      yield { kind: "progress", stage: "evaluate", done: next.value, total, unit: "vectors" };
    }
  } finally {
    reader.close();
  }
}

function* finish(
  { paths, dictionaryName }: StageContext,
  { metrics, activity }: { readonly metrics: ReconstructionMetrics; readonly activity: FeatureActivity },
  sentence: string,
): Generator<RunEvent, readonly string[]> {
  const files = paths.dictionary(dictionaryName);
  writeEvaluation(files, metrics, activity);
  yield { kind: "note", stage: "evaluate", sentence };
  return [files.metrics, files.densities];
}

function describeMetrics(metrics: DictionaryMetrics): string {
  return `L0 ${metrics.l0.toFixed(1)}, loss recovered ${headlineLossRecovered(metrics).toFixed(3)}, ${describeSilence(metrics)}`;
}

function describeReconstruction(metrics: ReconstructionMetrics): string {
  return `L0 ${metrics.l0.toFixed(1)}, explained variance ${metrics.explainedVariance.toFixed(3)}, ${describeSilence(metrics)}; loss recovered and KL need the model that the activations come from, and features their text`;
}

function describeSilence({ fractionBelow }: ReconstructionMetrics): string {
  return `${(100 * fractionBelow["1e-5"]).toFixed(1)} % of the features below density 1e-5`;
}

function stopIfAsked(signal: AbortSignal): void {
  if (signal.aborted) throw new Interrupted("stopped while judging the dictionary; the same command judges it anew");
}
