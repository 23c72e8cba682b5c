import { headlineLossRecovered } from "../../metrics/dictionary-metrics.ts";
import { evaluateDictionary } from "../../metrics/evaluate-dictionary.ts";
import { parseSite } from "../../model/sites.ts";
import { readTokenStream } from "../../store/token-file.ts";
import { readActivationStatistics } from "../activation-files.ts";
import { readDictionary, writeEvaluation } from "../dictionary-files.ts";
import type { RunEvent } from "../events.ts";
import { readModel } from "../model-files.ts";
import { Interrupted, type Stage, type StageContext } from "../stage.ts";

/** Judges the dictionary on held-out text. */
export const evaluateStage: Stage = {
  name: "evaluate",
  needs: ["tokenize", "train-model", "harvest", "train-dictionary"],
  perDictionary: true,
  inputs: ({ experiment }) => ({ evaluation: experiment.evaluation, site: experiment.dictionary.site }),
  run: runEvaluate,
};

async function* runEvaluate(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
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
    if (next.done) {
      const { metrics, activity } = next.value;
      writeEvaluation(paths, metrics, activity);
      const recovered = headlineLossRecovered(metrics);
      const sentence = `L0 ${metrics.l0.toFixed(1)}, loss recovered ${recovered.toFixed(3)}, ${(100 * metrics.fractionBelow["1e-5"]).toFixed(1)} % of the features below density 1e-5`;
      yield { kind: "note", stage: "evaluate", sentence };
      return [paths.metrics, paths.densities];
    }
    if (signal.aborted) throw new Interrupted("stopped while judging the dictionary; the same command judges it anew");
    const { contexts, ofContexts } = next.value;
    yield { kind: "progress", stage: "evaluate", done: contexts * T, total: ofContexts * T, unit: "tokens" };
  }
}
