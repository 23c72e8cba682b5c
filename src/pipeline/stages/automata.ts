import type { Automata, CountBesideChance } from "../../analysis/automata/automata.ts";
import { measureAutomata } from "../../analysis/automata/measure-automata.ts";
import { markTokenClasses, type TokenClass } from "../../analysis/automata/named-automata.ts";
import type { MeasureAutomataOptions } from "../../analysis/automata/search.ts";
import { markProxy } from "../../analysis/mark-proxies.ts";
import type { ProxyText } from "../../analysis/proxy-text.ts";
import { parseSite } from "../../model/sites.ts";
import { UserError } from "../../numerics/user-error.ts";
import { countAllTokens } from "../../store/count-tokens.ts";
import { readTokenStream } from "../../store/token-file.ts";
import { writeAtomically } from "../../store/write-atomically.ts";
import { countContexts, spreadContexts } from "../../text/contexts.ts";
import { describeSource } from "../analysis-source.ts";
import { readTokenizer } from "../corpus-files.ts";
import { readDictionary } from "../dictionary-files.ts";
import type { RunEvent } from "../events.ts";
import { findPatternSpans } from "../find-pattern-spans.ts";
import { readModel } from "../model-files.ts";
import { resolveProxies } from "../proxies.ts";
import { Interrupted, type Stage, type StageContext } from "../stage.ts";

const CONTEXTS_PER_PASS = 32;
const FEWEST_CONTEXTS = 2;

/** The finite-state automata of a dictionary's features, or of the neurons, and the modules of those that fire together. */
export const automataStage: Stage = {
  name: "automata",
  needs: ["tokenize", "train-model", "train-dictionary"],
  perDictionary: true,
  inputs: ({ experiment }) => ({
    tokens: experiment.analyses.tokens,
    site: experiment.dictionary.site,
    seed: experiment.seed,
  }),
  run: runAutomata,
};

async function* runAutomata(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, dictionaryName, signal } = context;
  const options = await openOptions(context);
  const total = options.contexts.length * options.model.config.contextLength;
  const work = measureAutomata(options);
  for (;;) {
    const next = await work.next();
    if (next.done) {
      const from = await describeSource(context, options.dictionary, options.stream);
      const file = paths.analysis("automata", dictionaryName);
      writeAtomically(file, JSON.stringify({ ...from, ...next.value }));
      yield { kind: "note", stage: "automata", sentence: summarise(next.value) };
      return [file];
    }
    if (signal.aborted) {
      await work.return(undefined as never);
      throw new Interrupted("stopped while looking for automata; the same command begins it anew");
    }
    yield { kind: "progress", stage: "automata", done: Math.floor(next.value * total), total, unit: "tokens" };
  }
}

async function openOptions(context: StageContext): Promise<MeasureAutomataOptions> {
  const { paths, kernels, experiment, dictionaryName } = context;
  const model = readModel(paths, kernels);
  const { vocabularySize, contextLength } = model.config;
  const site = parseSite(experiment.dictionary.site, model.config);
  const stream = readTokenStream(paths, "valid", vocabularySize);
  const available = countContexts(stream, contextLength);
  const wanted = Math.ceil(experiment.analyses.tokens / contextLength);
  if (available < FEWEST_CONTEXTS)
    throw new UserError(
      `automata need ${FEWEST_CONTEXTS} held-out contexts of ${contextLength} tokens or more, got ${available}: hold out more text`,
    );
  const text = { stream, tokenizer: readTokenizer(paths), tokenCounts: countAllTokens(paths, vocabularySize) };
  return {
    model,
    dictionary: readDictionary(paths.dictionary(dictionaryName), dictionaryName, kernels, site.width),
    site: site.name,
    stream,
    contexts: spreadContexts(available, Math.max(FEWEST_CONTEXTS, Math.min(available, wanted))),
    tokenCounts: text.tokenCounts,
    classes: await markClasses(text, context.signal),
    seed: experiment.seed,
    batch: CONTEXTS_PER_PASS,
  };
}

/** Classes of tokens: two of the proxies that come with the tool, and those that a token shows by itself. */
async function markClasses(text: ProxyText, signal: AbortSignal): Promise<TokenClass[]> {
  const mark = async (name: TokenClass["name"], preset: string): Promise<TokenClass> => {
    const [proxy] = resolveProxies([preset]);
    return {
      name,
      truth: await markProxy(text, proxy!, (rule, title) => findPatternSpans(text, { rule, name: title }, signal)),
    };
  };
  const own = markTokenClasses(text.stream.tokens, text.tokenizer);
  return [await mark("base64", "base64"), await mark("markup", "html"), ...own];
}

function summarise({ cycles, named, modules }: Automata): string {
  const sum = (of: (each: CountBesideChance) => number) => cycles.reduce((total, each) => total + of(each), 0);
  const mean = ({ chance }: CountBesideChance) => chance.reduce((a, b) => a + b, 0) / chance.length;
  const found = named.filter((finding) => finding.found).map(({ title }) => title);
  return `${sum(({ count }) => count)} automata, ${sum(mean).toFixed(1)} by chance (${found.length === 0 ? "none of those that the paper names" : found.join(", ")}); ${modules.count} modules, modularity ${modules.modularity.toFixed(2)}`;
}
