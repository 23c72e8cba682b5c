import type { Dictionary } from "../autoencoder/dictionary.ts";
import { createSparseEncoder, type SparseEncoder } from "../autoencoder/sparse-encoder.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { chooseContexts } from "../model/evaluate.ts";
import { parseSite, type SiteName } from "../model/sites.ts";
import { createTokenBatch, type TokenBatch, writeTokenBatch } from "../model/token-batch.ts";
import { forward, type Hook, type Transformer } from "../model/transformer.ts";
import { crossEntropyOfHidden } from "../model/unembed.ts";
import { createWorkspace, type Workspace } from "../model/workspace.ts";
import { UserError } from "../numerics/user-error.ts";
import { replaceWith, replaceWithMean, replaceWithZeros } from "../steering/replace-activation.ts";
import type { TokenStream } from "../text/contexts.ts";
import { compareLosses, type LossComparison } from "./compare-losses.ts";
import { type ContextSums, computeDictionaryMetrics, type DictionaryMetrics } from "./dictionary-metrics.ts";
import type { FeatureActivity } from "./feature-density.ts";

// Dimensions: N rows = batch * context tokens, d width, D dModel.

/** What an evaluation needs. */
export interface EvaluateDictionaryOptions {
  readonly model: Transformer;
  readonly dictionary: Dictionary;
  readonly site: SiteName;
  /** Held-out text, cut into contexts that do not overlap. */
  readonly stream: TokenStream;
  /** Contexts to judge: all if absent; fewer are a fixed random sample. */
  readonly contexts?: number;
  /** Mean of the harvested training activations, the mean ablation's value. */
  readonly meanActivation: Float32Array; // [d]
  /** Contexts per pass. */
  readonly batch?: number;
  readonly signal?: AbortSignal;
}

/** How far the evaluation is. */
export interface EvaluationProgress {
  readonly kind: "progress";
  readonly contexts: number;
  readonly ofContexts: number;
}

/** The judgement of the whole dictionary and each feature's activity on the same tokens. */
export interface DictionaryEvaluation {
  readonly metrics: DictionaryMetrics;
  readonly activity: FeatureActivity;
}

/**
 * Judges a dictionary on held-out text: four passes of the model, with the activations left alone, set to 0, set to
 * their training mean, and replaced by the reconstruction. Memory grows by ten numbers per context.
 * Throws UserError when widths differ or the text has fewer than two contexts.
 */
export async function* evaluateDictionary(
  options: EvaluateDictionaryOptions,
): AsyncGenerator<EvaluationProgress, DictionaryEvaluation> {
  const { model, stream, signal } = options;
  const contexts = chooseContexts(stream, model.config.contextLength, options.contexts);
  const ofContexts = contexts.length;
  checkOptions(options, ofContexts);
  const batch = Math.min(options.batch ?? 16, ofContexts);
  const tally = createTally(model.kernels, options);
  let passes = createPasses(options, batch);
  for (let first = 0; first < ofContexts; first += batch) {
    signal?.throwIfAborted();
    const count = Math.min(batch, ofContexts - first);
    if (count < batch) passes = createPasses(options, count);
    await evaluateBatch(passes, tally, options, contexts.subarray(first, first + count));
    yield { kind: "progress", contexts: first + count, ofContexts };
  }
  passes.encoder.release();
  return finish(model.kernels, tally);
}

interface Tally {
  readonly contexts: ContextSums[];
  readonly counts: Tensor; // int32 [features]
  readonly maxima: Tensor; // [features]
  readonly deviationSum: Float64Array; // [d], sum of x - meanActivation
  readonly mean: Tensor; // [d]
}

interface Passes {
  readonly workspace: Workspace;
  readonly encoder: SparseEncoder;
  readonly tokens: TokenBatch;
  readonly activation: Tensor; // [N, d]
  readonly reconstruction: Tensor; // [N, d]
  readonly scratch: Tensor; // [N, d]
  readonly column: Tensor; // [d]
  readonly cleanHidden: Tensor; // [N, D]
  readonly losses: Tensor; // [N]
  readonly comparison: LossComparison;
}

function createTally(kernels: Kernels, { dictionary, meanActivation }: EvaluateDictionaryOptions): Tally {
  return {
    contexts: [],
    counts: kernels.create([dictionary.features], "int32"),
    maxima: kernels.create([dictionary.features]),
    deviationSum: new Float64Array(dictionary.width),
    mean: kernels.upload(meanActivation, [dictionary.width]),
  };
}

function createPasses({ model, dictionary }: EvaluateDictionaryOptions, contexts: number): Passes {
  const { kernels, config } = model;
  const N = contexts * config.contextLength;
  return {
    workspace: createWorkspace(model, contexts),
    encoder: createSparseEncoder(kernels, dictionary),
    tokens: createTokenBatch(kernels, contexts, config.contextLength),
    activation: kernels.create([N, dictionary.width]),
    reconstruction: kernels.create([N, dictionary.width]),
    scratch: kernels.create([N, dictionary.width]),
    column: kernels.create([dictionary.width]),
    cleanHidden: kernels.create([N, config.dModel]),
    losses: kernels.create([N]),
    comparison: { clean: kernels.create([N]), other: kernels.create([N]), kl: kernels.create([N]) },
  };
}

async function evaluateBatch(
  passes: Passes,
  tally: Tally,
  options: EvaluateDictionaryOptions,
  contexts: Int32Array,
): Promise<void> {
  const { model, dictionary, site } = options;
  const { kernels } = model;
  const { activation, reconstruction, workspace } = passes;
  const { tokens, targets } = passes.tokens;
  writeTokenBatch(kernels, passes.tokens, options.stream, Array.from(contexts));
  const run = (hook: Hook) => forward(model, workspace, tokens, { hooks: { [site]: hook } });
  kernels.copy(
    passes.cleanHidden,
    run((live) => kernels.copy(activation, live)),
  );
  const { codes, counts } = await passes.encoder.encode(activation);
  kernels.sparseColumnCounts(tally.counts, codes);
  kernels.sparseColumnMaxima(tally.maxima, codes);
  dictionary.decode(reconstruction, codes);
  const errors = await measureErrors(kernels, passes, tally);

  const lossesOf = (hidden: Tensor): Promise<Float32Array> => {
    crossEntropyOfHidden(model, workspace, passes.losses, hidden, targets);
    return kernels.read(passes.losses);
  };
  const zeroAblated = await lossesOf(run(replaceWithZeros(kernels)));
  const meanAblated = await lossesOf(run(replaceWithMean(kernels, tally.mean)));
  const hidden = { clean: passes.cleanHidden, other: run(replaceWith(kernels, reconstruction)) };
  compareLosses(model, workspace, passes.comparison, hidden, targets);
  const clean = await kernels.read(passes.comparison.clean);
  const reconstructed = await kernels.read(passes.comparison.other);
  const kl = await kernels.read(passes.comparison.kl);
  const perToken = { active: counts, clean, zeroAblated, meanAblated, reconstructed, kl, ...errors };
  tally.contexts.push(...sumContexts(perToken, model.config.contextLength));
}

type PerToken = Readonly<Record<Exclude<keyof ContextSums, "tokens">, Float32Array | Int32Array>>;

function sumContexts(perToken: PerToken, context: number): ContextSums[] {
  return Array.from({ length: perToken.clean.length / context }, (_, index) => {
    const sum = (values: Float32Array | Int32Array): number => {
      let total = 0;
      for (let i = index * context; i < (index + 1) * context; i++) total += values[i]!;
      return total;
    };
    const sums = Object.entries(perToken).map(([name, values]) => [name, sum(values)] as const);
    return { tokens: context, ...Object.fromEntries(sums) } as unknown as ContextSums;
  });
}

/** Squared error and squared distance to the training mean of each row; the sum of those distances goes to the tally. */
async function measureErrors(
  kernels: Kernels,
  passes: Passes,
  tally: Tally,
): Promise<Pick<PerToken, "squaredError" | "squaredDeviation">> {
  const { activation, reconstruction, scratch, losses, column } = passes;
  kernels.addScaled(scratch, activation, reconstruction, -1);
  kernels.rowSquaredNorms(losses, scratch);
  const squaredError = await kernels.read(losses);
  kernels.addRow(scratch, activation, tally.mean, -1);
  kernels.rowSquaredNorms(losses, scratch);
  const squaredDeviation = await kernels.read(losses);
  kernels.columnSums(column, scratch);
  const sums = await kernels.read(column);
  for (const [i, value] of sums.entries()) tally.deviationSum[i] = tally.deviationSum[i]! + value;
  return { squaredError, squaredDeviation };
}

/**
 * Moves the squared deviations from the training mean to the evaluated tokens' own mean (sum |x - mu|^2 = sum |x - s|^2 -
 * tokens |mu - s|^2), each context bearing its share, then computes everything.
 */
async function finish(kernels: Kernels, tally: Tally): Promise<DictionaryEvaluation> {
  const tokens = tally.contexts.reduce((sum, context) => sum + context.tokens, 0);
  const shift = tally.deviationSum.reduce((sum, value) => sum + (value / tokens) ** 2, 0);
  const contexts = tally.contexts.map((sums) => ({
    ...sums,
    squaredDeviation: sums.squaredDeviation - sums.tokens * shift,
  }));
  const activity = {
    tokens,
    counts: await kernels.readInts(tally.counts),
    maxima: await kernels.read(tally.maxima),
  };
  return { metrics: computeDictionaryMetrics(contexts, activity), activity };
}

function checkOptions({ model, dictionary, site, meanActivation }: EvaluateDictionaryOptions, contexts: number): void {
  const { width } = parseSite(site, model.config);
  if (dictionary.width !== width || meanActivation.length !== width) {
    throw new UserError(
      `The dictionary reads vectors of width ${dictionary.width} and the mean activation has ${meanActivation.length} entries, but ${site} of this model is ${width} wide: evaluate it on the model it was trained on.`,
    );
  }
  if (contexts < 2) {
    throw new UserError(
      `The held-out text holds ${Math.max(0, contexts)} contexts of ${model.config.contextLength} tokens, an evaluation needs 2 or more: hold out more text.`,
    );
  }
}
