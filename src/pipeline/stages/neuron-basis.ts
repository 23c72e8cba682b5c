import { mapShare } from "../../analysis/map-share.ts";
import { measureNeuronBasis } from "../../analysis/neuron-basis.ts";
import { tellNeuronBasis } from "../../analysis/tell-neuron-basis.ts";
import { measureTopTokens } from "../../analysis/top-tokens.ts";
import { tokenIdAt } from "../../features/searched-text.ts";
import { countAllTokens } from "../../store/count-tokens.ts";
import { writeAtomically } from "../../store/write-atomically.ts";
import { describeSource } from "../analysis-source.ts";
import type { RunEvent } from "../events.ts";
import { openHeldOutScan } from "../held-out-scan.ts";
import { showShare } from "../show-share.ts";
import type { Stage, StageContext } from "../stage.ts";

/** How far a dictionary's directions, and neurons', lie along the neuron basis. */
export const neuronBasisStage: Stage = {
  name: "neuron-basis",
  needs: ["tokenize", "train-model", "train-dictionary"],
  perDictionary: true,
  inputs: ({ experiment }) => ({
    tokens: experiment.analyses.tokens,
    site: experiment.dictionary.site,
    seed: experiment.seed,
  }),
  run: runNeuronBasis,
};

async function* runNeuronBasis(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, experiment, dictionaryName } = context;
  const { model, dictionary, site, text, scan } = openHeldOutScan(context);
  const tokens = text.contexts.length * text.contextLength;
  const work = async function* () {
    const tokenAt = ({ firstContext }: { readonly firstContext: number }, row: number) =>
      tokenIdAt(text, firstContext * text.contextLength + row);
    const firing = yield* mapShare(measureTopTokens(scan, dictionary.features, tokenAt), (share) => 0.8 * share);
    const tokenCounts = countAllTokens(paths, model.config.vocabularySize);
    const options = { model, dictionary, site, tokenCounts, firing, seed: experiment.seed };
    return yield* mapShare(measureNeuronBasis(options), (share) => 0.8 + 0.2 * share);
  };
  try {
    const found = yield* showShare(context, "neuron-basis", work(), tokens);
    yield { kind: "note", stage: "neuron-basis", sentence: tellNeuronBasis(found) };
    const file = paths.analysis("neuron-basis", dictionaryName);
    writeAtomically(file, JSON.stringify({ ...(await describeSource(context, dictionary, text.stream)), ...found }));
    return [file];
  } finally {
    scan.release();
  }
}
