import type { Dictionary } from "../autoencoder/dictionary.ts";
import { type MeasureLossOptions, measureValidation } from "../model/evaluate.ts";
import type { SiteName } from "../model/sites.ts";
import type { Hook, Transformer } from "../model/transformer.ts";
import { createDictionaryHook, replaceWithMean, replaceWithZeros } from "../steering/replace-activation.ts";
import type { TokenStream } from "../text/contexts.ts";

/** What a small sample of held-out text says of a dictionary; nats per token. */
export interface ProbedLoss {
  readonly tokens: number;
  readonly crossEntropy: Readonly<Record<"clean" | "zeroAblated" | "meanAblated" | "reconstructed", number>>;
  /** (ablated - reconstructed) / (ablated - clean), for both ablations. */
  readonly lossRecovered: Readonly<Record<"zero" | "mean", number>>;
}

/** Measures a dictionary that is still learning, again and again on the same text. */
export interface LossProbe {
  measure(dictionary: Dictionary): Promise<ProbedLoss>;
}

/** What a probe needs. */
export interface LossProbeOptions {
  readonly model: Transformer;
  readonly site: SiteName;
  /** Held-out text. */
  readonly stream: TokenStream;
  /** Size of the sample, which is fixed and random. */
  readonly contexts: number;
  readonly meanActivation: Float32Array; // [width]
}

/** Codes of a pass at most: some 32 MB. */
const CODES_PER_PASS = 2 ** 22;

/** A probe; the losses that do not depend on the dictionary are measured once, when they are first needed. */
export function createLossProbe(options: LossProbeOptions): LossProbe {
  const { model, stream, site, contexts, meanActivation } = options;
  const { kernels, config } = model;
  const measureLoss = async (batch: number, hook?: Hook) => {
    const measured: MeasureLossOptions = {
      batch,
      contexts,
      ...(hook === undefined ? {} : { hooks: { [site]: hook } }),
    };
    return measureValidation(model, stream, measured);
  };
  const measureBaselines = async () => {
    const batch = Math.min(contexts, 8);
    const mean = kernels.upload(meanActivation, [meanActivation.length]);
    const clean = await measureLoss(batch);
    const zeroAblated = (await measureLoss(batch, replaceWithZeros(kernels))).loss;
    const meanAblated = (await measureLoss(batch, replaceWithMean(kernels, mean))).loss;
    return { tokens: clean.tokens, clean: clean.loss, zeroAblated, meanAblated };
  };
  let baselines: ReturnType<typeof measureBaselines> | undefined;
  return {
    measure: async (dictionary) => {
      baselines ??= measureBaselines();
      const { tokens, ...losses } = await baselines;
      const fitting = Math.floor(CODES_PER_PASS / (config.contextLength * dictionary.features));
      const batch = Math.max(1, Math.min(contexts, fitting));
      const hook = createDictionaryHook(kernels, dictionary, batch * config.contextLength);
      const { loss: reconstructed } = await measureLoss(batch, hook);
      const recovered = (ablated: number) => (ablated - reconstructed) / (ablated - losses.clean);
      return {
        tokens,
        crossEntropy: { ...losses, reconstructed },
        lossRecovered: { zero: recovered(losses.zeroAblated), mean: recovered(losses.meanAblated) },
      };
    },
  };
}
