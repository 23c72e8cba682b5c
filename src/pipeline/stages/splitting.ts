import type { ConceptTruth } from "../../analysis/concept-features.ts";
import { markProxy, takeContexts } from "../../analysis/mark-proxies.ts";
import { measureSplitting, type SizedDictionary } from "../../analysis/measure-splitting.ts";
import type { ProxyText } from "../../analysis/proxy-text.ts";
import { CONCEPT_SHARE, type ShareEstimate, SPLITTING_THRESHOLD, type Splitting } from "../../analysis/splitting.ts";
import { parseSite, type Site } from "../../model/sites.ts";
import { countAllTokens } from "../../store/count-tokens.ts";
import { listDictionaryNames } from "../../store/dictionary-names.ts";
import { remove } from "../../store/disk.ts";
import { hashArray } from "../../store/hash-array.ts";
import { hashFile } from "../../store/stage-record.ts";
import { readTokenStream } from "../../store/token-file.ts";
import { writeAtomically } from "../../store/write-atomically.ts";
import { countContexts, spreadContexts } from "../../text/contexts.ts";
import { describeSource } from "../analysis-source.ts";
import { chooseSizes } from "../choose-sizes.ts";
import { readTokenizer } from "../corpus-files.ts";
import { NEURONS, readDictionary } from "../dictionary-files.ts";
import type { RunEvent } from "../events.ts";
import { findPatternSpans } from "../find-pattern-spans.ts";
import { readModel } from "../model-files.ts";
import { resolveProxies } from "../proxies.ts";
import { Interrupted, type Stage, type StageContext } from "../stage.ts";

const CONTEXTS_PER_PASS = 32;

/** Which features of a run's dictionaries are split in a larger one; a run has one such graph, kept with each of its dictionaries. */
export const splittingStage: Stage = {
  name: "splitting",
  // The dictionaries are inputs of its own: which one was named makes no difference to the graph.
  needs: ["tokenize", "train-model"],
  perDictionary: false,
  inputs: (context) => {
    const { experiment, proxies = resolveProxies([]) } = context;
    const { names } = choose(context);
    return {
      dictionaries: names.map((name) => [name, hashDictionary(context, name)]),
      threshold: thresholdOf(context),
      proxies,
      tokens: experiment.analyses.tokens,
    };
  },
  run: runSplitting,
};

function choose({ paths, dictionaryName, others }: StageContext) {
  const named = dictionaryName === NEURONS && others === undefined ? "main" : dictionaryName;
  return chooseSizes(paths.root, named, others);
}

function thresholdOf({ threshold = SPLITTING_THRESHOLD }: StageContext): number {
  return threshold;
}

function hashDictionary({ paths }: StageContext, name: string): string {
  return name === NEURONS ? NEURONS : hashFile(paths.dictionary(name).weights);
}

async function* runSplitting(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, kernels, experiment, signal } = context;
  const { names, leftOut } = choose(context);
  if (leftOut.length > 0) yield note(`one dictionary of each size is looked at: ${leftOut.join(", ")} left out`);
  const model = readModel(paths, kernels);
  const site = parseSite(experiment.dictionary.site, model.config);
  const { contextLength, vocabularySize } = model.config;
  const stream = readTokenStream(paths, "valid", vocabularySize);
  const available = countContexts(stream, contextLength);
  const contexts = spreadContexts(
    available,
    Math.min(available, Math.ceil(experiment.analyses.tokens / contextLength)),
  );
  const text = { stream, tokenizer: readTokenizer(paths), tokenCounts: countAllTokens(paths, vocabularySize) };
  const concepts = yield* markConcepts(context, text, contexts, contextLength);
  const dictionaries = await Promise.all(names.map((name) => openSized(context, name, site)));
  const base = { model, site: site.name, dictionaries, stream, contexts, batch: CONTEXTS_PER_PASS };
  const work = measureSplitting({ ...base, threshold: thresholdOf(context), concepts, signal });
  const total = contexts.length * contextLength;
  for (;;) {
    const next = await work.next();
    if (next.done) {
      yield note(summarise(next.value));
      return writeSplitting(context, dictionaries, text, next.value);
    }
    if (signal.aborted) {
      await work.return(undefined as never);
      throw new Interrupted("stopped while finding the splitting; the same command begins it anew");
    }
    yield { kind: "progress", stage: "splitting", done: Math.round(next.value * total), total, unit: "tokens" };
  }
}

function note(sentence: string): RunEvent {
  return { kind: "note", stage: "splitting", sentence };
}

/** The proxies that the text has, and that are not most of it. */
async function* markConcepts(
  { signal, proxies = resolveProxies([]) }: StageContext,
  text: ProxyText,
  contexts: Int32Array,
  contextLength: number,
): AsyncGenerator<RunEvent, readonly ConceptTruth[]> {
  const concepts: ConceptTruth[] = [];
  for (const [done, proxy] of proxies.entries()) {
    signal.throwIfAborted();
    yield { kind: "progress", stage: "splitting", done, total: proxies.length, unit: "proxies" };
    const whole = await markProxy(text, proxy, (rule, name) => findPatternSpans(text, { rule, name }, signal));
    const truth = takeContexts(whole, contexts, contextLength);
    const positives = truth.reduce((sum, value) => sum + value, 0);
    if (positives > 0 && positives <= CONCEPT_SHARE * truth.length)
      concepts.push({ proxy: proxy.name, title: proxy.title, truth });
  }
  return concepts;
}

async function openSized({ paths, kernels }: StageContext, name: string, { width }: Site): Promise<SizedDictionary> {
  const dictionary = readDictionary(paths.dictionary(name), name, kernels, width);
  return { name, dictionary, sha256: hashArray(await kernels.read(dictionary.directions)) };
}

async function writeSplitting(
  context: StageContext,
  dictionaries: readonly SizedDictionary[],
  { stream }: ProxyText,
  splitting: Splitting,
): Promise<readonly string[]> {
  const { paths } = context;
  const names = dictionaries.map(({ name }) => name);
  const files: string[] = [];
  for (const { name, dictionary } of dictionaries) {
    const from = await describeSource({ ...context, dictionaryName: name }, dictionary, stream);
    const file = paths.analysis("splitting", name);
    writeAtomically(file, JSON.stringify({ ...from, ...splitting }));
    files.push(file);
  }
  // An earlier graph must not stay beside this one with dictionaries that it lacks.
  for (const name of [...listDictionaryNames(paths.root), NEURONS])
    if (!names.includes(name)) remove(paths.analysis("splitting", name));
  return files;
}

function summarise({ levels, links, threshold }: Splitting): string {
  if (levels.length < 2)
    return `${levels[0]!.dictionary} is the only size there is: learn others with monosem sweep --vary dictionary.features=...`;
  return links
    .map(({ statistics: [{ edges, parents, chance }] }, index) => {
      const [coarse, fine] = [levels[index]!, levels[index + 1]!].map(({ features }) => formatCount(features));
      return `${formatCount(edges)} edges above ${threshold} from ${coarse} to ${fine} features: ${renderShare(parents?.withAny)} of these have a parent, ${renderShare(chance.parents)} by chance`;
    })
    .join("; ");
}

function formatCount(count: number): string {
  return count.toLocaleString("en-US");
}

function renderShare(share: ShareEstimate | null | undefined): string {
  return share == null ? "none" : `${((100 * share.count) / share.total).toFixed(1)} %`;
}
