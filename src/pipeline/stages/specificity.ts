import { readActiveEntries } from "../../analysis/active-entries.ts";
import type { ContextProxy } from "../../analysis/context-proxy.ts";
import { markProxy, takeContexts } from "../../analysis/mark-proxies.ts";
import type { ProxyText } from "../../analysis/proxy-text.ts";
import { type EncodedHalf, searchProxies } from "../../analysis/search-proxies.ts";
import type { ProxyProfiles, Specificity } from "../../analysis/specificity.ts";
import { splitContexts } from "../../analysis/split-contexts.ts";
import type { Dictionary } from "../../autoencoder/dictionary.ts";
import { createNeuronDictionary } from "../../autoencoder/neuron-dictionary.ts";
import { parseSite } from "../../model/sites.ts";
import type { Transformer } from "../../model/transformer.ts";
import { UserError } from "../../numerics/user-error.ts";
import { countAllTokens } from "../../store/count-tokens.ts";
import { readTokenStream } from "../../store/token-file.ts";
import { writeAtomically, writeJson } from "../../store/write-atomically.ts";
import { describeSource } from "../analysis-source.ts";
import { readTokenizer } from "../corpus-files.ts";
import { readDictionary } from "../dictionary-files.ts";
import type { RunEvent } from "../events.ts";
import { findPatternSpans } from "../find-pattern-spans.ts";
import { readModel } from "../model-files.ts";
import { resolveProxies } from "../proxies.ts";
import { Interrupted, type Stage, type StageContext } from "../stage.ts";

const CONTEXTS_PER_PASS = 16;

/** How specific a dictionary's features, and the neurons, are to scripts, kinds of text and other proxies. */
export const specificityStage: Stage = {
  name: "specificity",
  needs: ["tokenize", "train-model", "train-dictionary"],
  perDictionary: true,
  inputs: ({ experiment, proxies = resolveProxies([]) }) => ({
    proxies,
    tokens: experiment.analyses.tokens,
    site: experiment.dictionary.site,
  }),
  run: runSpecificity,
};

async function* runSpecificity(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const subject = openSubject(context);
  const truths = yield* markAll(context, subject);
  const search = searchProxies(createSearch(context, subject, truths));
  for (;;) {
    const next = await search.next();
    if (next.done) {
      const { specificity, profiles } = next.value;
      yield { kind: "note", stage: "specificity", sentence: summarise(specificity) };
      return writeSpecificity(context, subject, specificity, profiles);
    }
    if (context.signal.aborted) {
      await search.return(undefined as never);
      throw new Interrupted("stopped while measuring specificity; the same command begins it anew");
    }
    const { tokens: done, ofTokens: total } = next.value;
    yield { kind: "progress", stage: "specificity", done, total, unit: "tokens" };
  }
}

interface Subject {
  readonly model: Transformer;
  readonly dictionary: Dictionary;
  readonly text: ProxyText;
  readonly proxies: readonly ContextProxy[];
}

function openSubject({
  paths,
  kernels,
  experiment,
  dictionaryName,
  proxies = resolveProxies([]),
}: StageContext): Subject {
  const model = readModel(paths, kernels);
  const { vocabularySize } = model.config;
  const { width } = parseSite(experiment.dictionary.site, model.config);
  const text: ProxyText = {
    stream: readTokenStream(paths, "valid", vocabularySize),
    tokenizer: readTokenizer(paths),
    tokenCounts: countAllTokens(paths, vocabularySize),
  };
  const dictionary = readDictionary(paths.dictionary(dictionaryName), dictionaryName, kernels, width);
  return { model, dictionary, text, proxies };
}

/** The truth of each proxy on the whole held-out text; a `UserError` where those that were asked for are in none of it. */
async function* markAll(
  context: StageContext,
  { text, proxies }: Subject,
): AsyncGenerator<RunEvent, readonly Uint8Array[]> {
  const truths: Uint8Array[] = [];
  for (const proxy of proxies) {
    context.signal.throwIfAborted();
    yield { kind: "progress", stage: "specificity", done: truths.length, total: proxies.length, unit: "proxies" };
    truths.push(await markProxy(text, proxy, (rule, name) => findPatternSpans(text, { rule, name }, context.signal)));
  }
  // A run of its own text looks for all there are and goes on without those it has not.
  if (context.proxies === undefined || truths.some((truth) => truth.includes(1))) return truths;
  const names = proxies.map(({ name }) => name).join(", ");
  throw new UserError(
    `no token of the held-out text belongs to ${names}: name another proxy, or hold out text that has it`,
  );
}

function createSearch(
  { kernels, experiment }: StageContext,
  { model, dictionary, text, proxies }: Subject,
  marks: readonly Uint8Array[],
) {
  const { contextLength } = model.config;
  const site = parseSite(experiment.dictionary.site, model.config);
  const neurons = createNeuronDictionary(kernels, site.width);
  const { stream } = text;
  const open = (contexts: Int32Array): EncodedHalf => ({
    tokens: contexts.length * contextLength,
    truths: marks.map((truth) => takeContexts(truth, contexts, contextLength)),
    read: () =>
      readActiveEntries({ model, site: site.name, stream, contexts, batch: CONTEXTS_PER_PASS }, dictionary, neurons),
  });
  const halves = splitContexts(stream, contextLength, Math.ceil(experiment.analyses.tokens / contextLength));
  return {
    proxies,
    features: dictionary.features,
    neurons: neurons.features,
    contextLength,
    selection: open(halves.selection),
    judgement: open(halves.judgement),
  };
}

async function writeSpecificity(
  context: StageContext,
  { dictionary, text }: Subject,
  specificity: Specificity,
  profiles: readonly ProxyProfiles[],
): Promise<readonly string[]> {
  const { paths, dictionaryName } = context;
  const from = await describeSource(context, dictionary, text.stream);
  const files = [
    paths.analysis("specificity", dictionaryName),
    paths.analysis("specificity-profiles", dictionaryName),
  ] as const;
  writeJson(files[0], { ...from, ...specificity });
  writeAtomically(files[1], JSON.stringify({ ...from, profiles }));
  return files;
}

/** The proxies that one feature or a union stands for best. */
function summarise({ findings }: Specificity): string {
  const found = findings.flatMap((finding) =>
    finding.kind === "searched" && finding.union !== null ? [{ title: finding.title, ...finding.union }] : [],
  );
  if (found.length === 0) return "no feature fires on any of the proxies";
  const best = found.sort((a, b) => b.f1 - a.f1).slice(0, 6);
  return `features for ${best.map(({ title, f1, features }) => `${title} F1 ${f1.toFixed(2)} by ${features.length}`).join(", ")}`;
}
