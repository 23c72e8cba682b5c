import { readActiveEntries } from "../analysis/active-entries.ts";
import type { ContextProxy } from "../analysis/context-proxy.ts";
import { markProxy, takeContexts } from "../analysis/mark-proxies.ts";
import type { ProxyText } from "../analysis/proxy-text.ts";
import { type EncodedHalf, type SpecificitySearch, searchProxies } from "../analysis/search-proxies.ts";
import { type ContextHalves, splitContexts } from "../analysis/split-contexts.ts";
import type { Dictionary } from "../autoencoder/dictionary.ts";
import { createNeuronDictionary } from "../autoencoder/neuron-dictionary.ts";
import { parseSite, type SiteName } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import { countAllTokens } from "../store/count-tokens.ts";
import { readTokenStream } from "../store/token-file.ts";
import { readTokenizer } from "./corpus-files.ts";
import { readDictionary } from "./dictionary-files.ts";
import type { RunEvent, StageName } from "./events.ts";
import { findPatternSpans } from "./find-pattern-spans.ts";
import { readModel } from "./model-files.ts";
import { Interrupted, type StageContext } from "./stage.ts";

/** Contexts per pass of the model. */
export const CONTEXTS_PER_PASS = 16;

/** A dictionary and the held-out text on which proxies are looked for in it. */
export interface ProxySubject {
  readonly stage: StageName;
  readonly model: Transformer;
  readonly site: SiteName;
  readonly dictionary: Dictionary;
  readonly text: ProxyText;
  readonly halves: ContextHalves;
  readonly proxies: readonly ContextProxy[];
}

/** Opens what a stage that looks for proxies reads. */
export function openProxySubject(
  stage: StageName,
  { paths, kernels, experiment, dictionaryName }: StageContext,
  proxies: readonly ContextProxy[],
): ProxySubject {
  const model = readModel(paths, kernels);
  const { vocabularySize, contextLength } = model.config;
  const { name: site, width } = parseSite(experiment.dictionary.site, model.config);
  const text: ProxyText = {
    stream: readTokenStream(paths, "valid", vocabularySize),
    tokenizer: readTokenizer(paths),
    tokenCounts: countAllTokens(paths, vocabularySize),
  };
  const dictionary = readDictionary(paths.dictionary(dictionaryName), dictionaryName, kernels, width);
  const halves = splitContexts(text.stream, contextLength, Math.ceil(experiment.analyses.tokens / contextLength));
  return { stage, model, site, dictionary, text, halves, proxies };
}

/** The truth of each proxy on the whole held-out text, [tokens] each. */
export async function* markAll(
  { signal }: StageContext,
  { stage, text, proxies }: ProxySubject,
): AsyncGenerator<RunEvent, readonly Uint8Array[]> {
  const truths: Uint8Array[] = [];
  for (const proxy of proxies) {
    signal.throwIfAborted();
    yield { kind: "progress", stage, done: truths.length, total: proxies.length, unit: "proxies" };
    truths.push(await markProxy(text, proxy, (rule, name) => findPatternSpans(text, { rule, name }, signal)));
  }
  return truths;
}

/** Looks for the proxies among the features and the neurons. */
export async function* search(
  { kernels, signal }: StageContext,
  subject: ProxySubject,
  truths: readonly Uint8Array[],
): AsyncGenerator<RunEvent, SpecificitySearch> {
  const { stage, model, site, dictionary, text, halves, proxies } = subject;
  const { contextLength } = model.config;
  const { stream } = text;
  const neurons = createNeuronDictionary(kernels, dictionary.width);
  const open = (contexts: Int32Array): EncodedHalf => ({
    tokens: contexts.length * contextLength,
    truths: truths.map((truth) => takeContexts(truth, contexts, contextLength)),
    read: () => readActiveEntries({ model, site, stream, contexts, batch: CONTEXTS_PER_PASS }, dictionary, neurons),
  });
  const steps = searchProxies({
    proxies,
    features: dictionary.features,
    neurons: neurons.features,
    contextLength,
    selection: open(halves.selection),
    judgement: open(halves.judgement),
  });
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
    if (signal.aborted) {
      await steps.return(undefined as never);
      throw new Interrupted(`stopped while looking for proxies; the same command begins it anew`);
    }
    const { tokens: done, ofTokens: total } = next.value;
    yield { kind: "progress", stage, done, total, unit: "tokens" };
  }
}
