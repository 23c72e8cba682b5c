import type { Dictionary } from "../autoencoder/dictionary.ts";
import { buildFeatureRecords, type FeatureSummary } from "../features/build-pack.ts";
import { LEAVABLE_PARTS, renderFeatureRecord } from "../features/feature-record.ts";
import { renderFeatureTable } from "../features/feature-table.ts";
import { parseSite } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import { countAllTokens } from "../store/count-tokens.ts";
import { createFeaturePackWriter, type FeaturePackWriter } from "../store/feature-pack.ts";
import { hashArray } from "../store/hash-array.ts";
import { awaitLock } from "../store/lock.ts";
import { createScratchFolder } from "../store/scratch-folder.ts";
import { readTokenStream } from "../store/token-file.ts";
import { TOOL_VERSION } from "../store/tool-version.ts";
import type { TokenStream } from "../text/contexts.ts";
import type { RunEvent, StageName } from "./events.ts";
import { Interrupted, type StageContext } from "./stage.ts";

/** Whose features are described, from how much held-out text. */
export interface BuildFeaturePackOptions {
  readonly model: Transformer;
  readonly dictionary: Dictionary;
  /** Held-out tokens to search, at most. */
  readonly tokens: number;
  /** The dictionary is still learning: the pack is a first look, without effects and correlations, which are most of the work. */
  readonly partial: boolean;
  /** The stage whose progress this is; without one there are no progress events. */
  readonly stage?: StageName;
  /** Asked just before the pack takes its place; without it the pack is wanted. */
  readonly isWanted?: () => boolean;
  /** Hash of all the pack depends on, under which an interrupted build keeps what it need not compute again. */
  readonly inputs?: string;
}

/** Describes every feature and makes the result the dictionary's current feature pack; returns the paths of its files. */
export async function* buildFeaturePack(
  context: StageContext,
  options: BuildFeaturePackOptions,
): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, dictionaryName, signal } = context;
  const writer = createFeaturePackWriter(paths.dictionary(dictionaryName).pack);
  try {
    const { vocabularySize } = options.model.config;
    const text: CountedText = {
      stream: readTokenStream(paths, "valid", vocabularySize),
      tokenCounts: countAllTokens(paths, vocabularySize),
    };
    const summary = yield* writeRecords(context, options, text, writer);
    const description = await describePack(context, options, text, summary);
    const table = renderFeatureTable(summary.table);
    const files = await publishAlone(context, options, () => writer.publish(description, table));
    if (files === undefined) {
      yield {
        kind: "warning",
        sentence: "the dictionary was finished meanwhile: its own pages follow, these are dropped",
      };
      return [];
    }
    yield { kind: "features-ready", dictionary: dictionaryName, partial: options.partial };
    return files;
  } catch (error) {
    if (signal.aborted) throw new Interrupted("stopped while describing features; the same command goes on with them");
    throw error;
  } finally {
    writer.discard();
  }
}

/**
 * Puts a pack in its place while nobody else does: a look that found the dictionary unfinished is in its place before the finished
 * pack can be, and removes none but the pack it replaced. Undefined where the pack is no longer wanted.
 */
async function publishAlone(
  { paths, dictionaryName, signal }: StageContext,
  { isWanted }: BuildFeaturePackOptions,
  publish: () => readonly string[],
): Promise<readonly string[] | undefined> {
  const release = await awaitLock(paths.dictionary(dictionaryName).pack, signal);
  try {
    return isWanted?.() === false ? undefined : publish();
  } finally {
    release();
  }
}

/** The held-out text, and how often each token occurs in the whole corpus. */
interface CountedText {
  readonly stream: TokenStream;
  readonly tokenCounts: Float64Array; // [V]
}

async function* writeRecords(
  { paths, experiment, signal, dictionaryName }: StageContext,
  { model, dictionary, tokens, partial, stage, inputs }: BuildFeaturePackOptions,
  { stream, tokenCounts }: CountedText,
  writer: FeaturePackWriter,
): AsyncGenerator<RunEvent, FeatureSummary> {
  const { config, kernels } = model;
  const key = [inputs, TOOL_VERSION, kernels.backend, kernels.level].join(" ");
  const scratch =
    inputs === undefined ? {} : { scratch: createScratchFolder(paths.dictionary(dictionaryName).packScratch, key) };
  const records = buildFeatureRecords({
    model,
    dictionary,
    site: parseSite(experiment.dictionary.site, config).name,
    stream,
    contexts: Math.ceil(tokens / config.contextLength),
    seed: experiment.seed,
    leaveOut: partial ? LEAVABLE_PARTS : [],
    tokenCounts,
    signal,
    ...scratch,
  });
  for (;;) {
    const next = await records.next();
    if (next.done === true) return next.value;
    if (next.value.kind === "record") writer.add(renderFeatureRecord(next.value.record));
    else if (stage !== undefined) {
      const { contexts, ofContexts } = next.value;
      yield { kind: "progress", stage, done: contexts, total: ofContexts, unit: "contexts" };
    }
  }
}

async function describePack(
  { dictionaryName, experiment }: StageContext,
  { model, dictionary, partial }: BuildFeaturePackOptions,
  { stream, tokenCounts }: CountedText,
  { tokens, contexts, window, layerNormScale, correlationTokens, ablation }: FeatureSummary,
) {
  const { vocabularySize } = model.config;
  return {
    dictionary: dictionaryName,
    tokens,
    contexts,
    window,
    site: experiment.dictionary.site,
    layerNormScale,
    correlationTokens,
    ablation,
    dictionarySha256: hashArray(await model.kernels.read(dictionary.directions)),
    tokensSha256: hashArray(stream.tokens),
    seed: experiment.seed,
    toolVersion: TOOL_VERSION,
    partial,
    leftOut: partial ? [...LEAVABLE_PARTS] : [],
    vocabularySize,
    unusedTokens: [...tokenCounts.entries()].flatMap(([id, count]) => (count === 0 ? id : [])),
  };
}
