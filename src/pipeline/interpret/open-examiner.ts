import type { Dictionary } from "../../autoencoder/dictionary.ts";
import { type FeatureRecord, parseFeatureRecord } from "../../features/feature-record.ts";
import { parseFeatureTable } from "../../features/feature-table.ts";
import { directPath, listUsedTokens, measureLogitWeights } from "../../features/logit-weights.ts";
import type { SearchedText } from "../../features/searched-text.ts";
import { hasEnoughExamples, orderFeatures } from "../../interpret/choose-features.ts";
import { type CollectPassagesProgress, collectPassages } from "../../interpret/collect-passages.ts";
import { createFeatureExam, type FeatureExam } from "../../interpret/feature-exam.ts";
import { spellTokens } from "../../interpret/spell-tokens.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import type { SiteName } from "../../model/sites.ts";
import type { Transformer } from "../../model/transformer.ts";
import { UserError } from "../../numerics/user-error.ts";
import { countAllTokens } from "../../store/count-tokens.ts";
import type { FeaturePack, FeaturePackHeader } from "../../store/feature-pack.ts";
import { runPaths } from "../../store/run-directory.ts";
import { countContexts, createContextSampler, type TokenStream } from "../../text/contexts.ts";
import type { Tokenizer } from "../../text/tokenizer.ts";
import { openRun, type Run } from "../open-run.ts";

/** Whoever sets examinations about one dictionary's features. */
export interface Examiner {
  readonly header: FeaturePackHeader;
  /** The features of the sample, in its order, and those of it that have too few examples. */
  readonly sample: { readonly records: readonly FeatureRecord[]; readonly tooFewExamples: readonly number[] };
  /** Prepares the examinations of some of the sample: its passages are looked for in the held-out text. */
  readonly prepare: (
    records: readonly FeatureRecord[],
    signal: AbortSignal,
  ) => AsyncGenerator<CollectPassagesProgress, SetExam>;
  readonly close: () => void;
}

/** Sets the examination of one of the features that were prepared. */
export type SetExam = (record: FeatureRecord) => Promise<FeatureExam>;

/** Opens a dictionary whose feature pages are built, and draws `features` of its features. */
export function openExaminer(
  directory: string,
  dictionaryName: string,
  features: number,
  seed: number,
  kernels: Kernels,
): Examiner {
  const run = openRun(directory);
  const pack = run.featurePack(dictionaryName);
  const { header } = pack;
  if (header.partial)
    throw new UserError(
      `the feature pages of ${dictionaryName} are a first look from a checkpoint: finish them with monosem features --run ${directory} --dictionary ${dictionaryName}`,
    );
  const subject = openSubject(run, dictionaryName, kernels);
  return {
    header,
    sample: drawSample(pack, features, seed),
    prepare: (records, signal) => prepareExams(subject, header, { records, seed, signal }),
    close: pack.close,
  };
}

interface Subject {
  readonly model: Transformer;
  readonly dictionary: Dictionary;
  readonly site: SiteName;
  readonly stream: TokenStream;
  readonly tokenizer: Tokenizer;
  readonly inUse: Int32Array;
}

function openSubject(run: Run, dictionaryName: string, kernels: Kernels): Subject {
  const model = run.model(kernels);
  return {
    model,
    dictionary: run.dictionary(kernels, dictionaryName),
    site: run.site(dictionaryName).name,
    stream: run.text("valid"),
    tokenizer: run.tokenizer(),
    inUse: listUsedTokens(countAllTokens(runPaths(run.directory), model.config.vocabularySize)),
  };
}

async function* prepareExams(
  subject: Subject,
  header: FeaturePackHeader,
  wanted: { readonly records: readonly FeatureRecord[]; readonly seed: number; readonly signal: AbortSignal },
): AsyncGenerator<CollectPassagesProgress, SetExam> {
  const { model, dictionary, stream, tokenizer, inUse } = subject;
  const text = chooseText(stream, header, model.config.contextLength);
  const pools = yield* collectPassages({ ...subject, ...wanted, text });
  const directions = await model.kernels.read(dictionary.directions);
  return async (record) =>
    createFeatureExam({
      record,
      tokens: header.tokens,
      pool: pools.get(record.index)!,
      logits: await measureLogits(subject, header.layerNormScale, directions, record.index),
      inUse,
      spell: (ids) => spellTokens(tokenizer, ids),
      labelsOf: (document) => stream.documentLabels[document] ?? {},
      seed: wanted.seed,
    });
}

function drawSample(pack: FeaturePack, features: number, seed: number): Examiner["sample"] {
  const records: FeatureRecord[] = [];
  const tooFewExamples: number[] = [];
  for (const feature of orderFeatures(parseFeatureTable(pack.table()), pack.header.tokens, seed)) {
    if (records.length === features) break;
    const record = parseFeatureRecord(pack.record(feature));
    if (hasEnoughExamples(record)) records.push(record);
    else tooFewExamples.push(feature);
  }
  return { records, tooFewExamples };
}

/** The text in which the pages' examples were found. */
function chooseText(stream: TokenStream, header: FeaturePackHeader, contextLength: number): SearchedText {
  const sampler = createContextSampler({ count: countContexts(stream, contextLength), seed: header.seed });
  const contexts = Int32Array.from({ length: header.contexts }, (_, i) => sampler.contextAt(i)).sort();
  return { stream, contexts, contextLength, window: header.window };
}

async function measureLogits(
  { model, dictionary: { width }, site }: Subject,
  layerNormScale: number | null,
  directions: Float32Array, // [features, width]
  feature: number,
): Promise<Float32Array | null> {
  const path = directPath(model, site);
  if (path === null || layerNormScale === null) return null;
  const direction = model.kernels.upload(directions.slice(feature * width, (feature + 1) * width), [1, width]);
  const logits = await measureLogitWeights(model, path, direction, layerNormScale);
  model.kernels.release(direction);
  return logits;
}
