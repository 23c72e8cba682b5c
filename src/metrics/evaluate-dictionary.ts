import type { Dictionary } from "../autoencoder/dictionary.ts";
import type { Tensor } from "../kernels/kernels.ts";
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
import { createReconstructionTally, type ReconstructionTally, sumGroups } from "./reconstruction-tally.ts";

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
  const judged: ContextSums[] = [];
  const tally = createReconstructionTally(model.kernels, options.dictionary, options.meanActivation);
  let passes = createPasses(options, batch);
  for (let first = 0; first < ofContexts; first += batch) {
    signal?.throwIfAborted();
    const count = Math.min(batch, ofContexts - first);
    if (count < batch) passes = createPasses(options, count);
    judged.push(...(await evaluateBatch(passes, tally, options, contexts.subarray(first, first + count))));
    yield { kind: "progress", contexts: first + count, ofContexts };
  }
  const { groups, activity } = await tally.finish(judged);
  tally.release();
  return { metrics: computeDictionaryMetrics(groups, activity), activity };
}

interface Passes {
  readonly workspace: Workspace;
  readonly tokens: TokenBatch;
  readonly activation: Tensor; // [N, d]
  readonly reconstruction: Tensor; // [N, d]
  readonly mean: Tensor; // [d]
  readonly cleanHidden: Tensor; // [N, D]
  readonly losses: Tensor; // [N]
  readonly comparison: LossComparison;
}

function createPasses({ model, dictionary, meanActivation }: EvaluateDictionaryOptions, contexts: number): Passes {
  const { kernels, config } = model;
  const N = contexts * config.contextLength;
  return {
    workspace: createWorkspace(model, contexts),
    tokens: createTokenBatch(kernels, contexts, config.contextLength),
    activation: kernels.create([N, dictionary.width]),
    reconstruction: kernels.create([N, dictionary.width]),
    mean: kernels.upload(meanActivation, [dictionary.width]),
    cleanHidden: kernels.create([N, config.dModel]),
    losses: kernels.create([N]),
    comparison: { clean: kernels.create([N]), other: kernels.create([N]), kl: kernels.create([N]) },
  };
}

async function evaluateBatch(
  passes: Passes,
  tally: ReconstructionTally,
  options: EvaluateDictionaryOptions,
  contexts: Int32Array,
): Promise<ContextSums[]> {
  const { model, site } = options;
  const { kernels } = model;
  const { activation, reconstruction, workspace } = passes;
  const { tokens, targets } = passes.tokens;
  writeTokenBatch(kernels, passes.tokens, options.stream, Array.from(contexts));
  const run = (hook: Hook) => forward(model, workspace, tokens, { hooks: { [site]: hook } });
  kernels.copy(
    passes.cleanHidden,
    run((live) => kernels.copy(activation, live)),
  );
  const errors = await tally.add(reconstruction, activation);

  const lossesOf = (hidden: Tensor): Promise<Float32Array> => {
    crossEntropyOfHidden(model, workspace, passes.losses, hidden, targets);
    return kernels.read(passes.losses);
  };
  const zeroAblated = await lossesOf(run(replaceWithZeros(kernels)));
  const meanAblated = await lossesOf(run(replaceWithMean(kernels, passes.mean)));
  const hidden = { clean: passes.cleanHidden, other: run(replaceWith(kernels, reconstruction)) };
  compareLosses(model, workspace, passes.comparison, hidden, targets);
  const clean = await kernels.read(passes.comparison.clean);
  const reconstructed = await kernels.read(passes.comparison.other);
  const kl = await kernels.read(passes.comparison.kl);
  const perToken = { clean, zeroAblated, meanAblated, reconstructed, kl, ...errors };
  return sumGroups(perToken, clean.length, model.config.contextLength);
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
