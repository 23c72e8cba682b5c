import { readActiveEntries } from "../../analysis/active-entries.ts";
import { CONCEPTS } from "../../analysis/concepts.ts";
import { markConcepts } from "../../analysis/mark-concepts.ts";
import { type ConceptSearch, type EncodedHalf, searchConcepts } from "../../analysis/search-concepts.ts";
import { splitContexts } from "../../analysis/split-contexts.ts";
import { createNeuronDictionary } from "../../autoencoder/neuron-dictionary.ts";
import { parseSite } from "../../model/sites.ts";
import { readTokenStream } from "../../store/token-file.ts";
import { writeJson } from "../../store/write-atomically.ts";
import { readTokenizer } from "../corpus-files.ts";
import { readDictionary } from "../dictionary-files.ts";
import type { RunEvent } from "../events.ts";
import { readModel } from "../model-files.ts";
import { Interrupted, type Stage, type StageContext } from "../stage.ts";

const CONTEXTS_PER_PASS = 16;

/** Searches the dictionary for features of scripts and kinds of text. */
export const conceptsStage: Stage = {
  name: "concepts",
  needs: ["tokenize", "train-model", "train-dictionary"],
  perDictionary: true,
  inputs: ({ experiment }) => ({
    concepts: CONCEPTS,
    tokens: experiment.evaluation.tokens,
    site: experiment.dictionary.site,
  }),
  run: runConcepts,
};

async function* runConcepts(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const { options, output } = openSearch(context);
  const search = searchConcepts(options);
  for (;;) {
    const next = await search.next();
    if (next.done) {
      writeJson(output, next.value);
      yield { kind: "note", stage: "concepts", sentence: summarise(next.value) };
      return [output];
    }
    if (context.signal.aborted) {
      await search.return(undefined as never);
      throw new Interrupted("stopped while searching for concepts; the same command searches anew");
    }
    const { tokens: done, ofTokens: total } = next.value;
    yield { kind: "progress", stage: "concepts", done, total, unit: "tokens" };
  }
}

function openSearch({ paths, kernels, experiment, dictionaryName }: StageContext) {
  const model = readModel(paths, kernels);
  const { contextLength, vocabularySize } = model.config;
  const site = parseSite(experiment.dictionary.site, model.config);
  const stream = readTokenStream(paths, "valid", vocabularySize);
  const tokenizer = readTokenizer(paths);
  const dictionary = readDictionary(paths.dictionary(dictionaryName), dictionaryName, kernels, site.width);
  const neurons = createNeuronDictionary(kernels, site.width);
  const open = (contexts: Int32Array): EncodedHalf => ({
    tokens: contexts.length * contextLength,
    truths: markConcepts({ stream, tokenizer, contextLength, contexts, concepts: CONCEPTS }),
    read: () =>
      readActiveEntries({ model, site: site.name, stream, contexts, batch: CONTEXTS_PER_PASS }, dictionary, neurons),
  });
  const halves = splitContexts(stream, contextLength, Math.ceil(experiment.evaluation.tokens / contextLength));
  const options = {
    concepts: CONCEPTS,
    features: dictionary.features,
    neurons: neurons.features,
    contextLength,
    selection: open(halves.selection),
    judgement: open(halves.judgement),
  };
  return { options, output: paths.concepts(dictionaryName) };
}

function summarise({ findings }: ConceptSearch): string {
  const parts = findings.map((finding) => {
    if (finding.kind === "absent") return `${finding.concept} absent`;
    const { union } = finding;
    return union === null
      ? `${finding.concept} by no feature`
      : `${finding.concept} F1 ${union.f1.toFixed(2)} by ${union.features.length}`;
  });
  return `features for ${parts.join(", ")}`;
}
