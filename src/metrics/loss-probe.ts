import type { Dictionary } from "../autoencoder/dictionary.ts";
import { createSparseCodes, type Tensor } from "../kernels/kernels.ts";
import { chooseContexts } from "../model/evaluate.ts";
import type { SiteName } from "../model/sites.ts";
import { createTokenBatch, type TokenBatch, writeTokenBatch } from "../model/token-batch.ts";
import type { Hook, Hooks, Transformer } from "../model/transformer.ts";
import { crossEntropy } from "../model/unembed.ts";
import { createWorkspace, type Workspace } from "../model/workspace.ts";
import { replaceWithMean, replaceWithZeros } from "../steering/replace-activation.ts";
import type { TokenStream } from "../text/contexts.ts";

/** What a small sample of held-out text says of a dictionary; nats per token. */
export interface ProbedLoss {
  readonly crossEntropy: Readonly<Record<"clean" | "zeroAblated" | "meanAblated" | "reconstructed", number>>;
  /** (ablated - reconstructed) / (ablated - clean), for both ablations. */
  readonly lossRecovered: Readonly<Record<"zero" | "mean", number>>;
}

/** Measures a dictionary that is still learning, again and again on the same text. */
export interface LossProbe {
  /** Size of the sample. */
  readonly tokens: number;
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
  /** Of the dictionaries that will be measured. */
  readonly features: number;
  readonly meanActivation: Float32Array; // [width]
}

/** Codes of a pass at most: 8 MB. */
const CODES_PER_PASS = 2 ** 20;

/** A probe; its memory is taken once, and the losses that do not depend on the dictionary are measured once. */
export function createLossProbe(options: LossProbeOptions): LossProbe {
  const { model, site, features, meanActivation } = options;
  const { kernels } = model;
  const passes = createPasses(options);
  const codes = createSparseCodes(kernels, passes.workspace.rows, features);
  const reconstruction = kernels.create([passes.workspace.rows, meanActivation.length]);
  const measureBaselines = async () => {
    const mean = kernels.upload(meanActivation, [meanActivation.length]);
    return {
      clean: await measureLoss(options, passes, {}),
      zeroAblated: await measureLoss(options, passes, { [site]: replaceWithZeros(kernels) }),
      meanAblated: await measureLoss(options, passes, { [site]: replaceWithMean(kernels, mean) }),
    };
  };
  let baselines: ReturnType<typeof measureBaselines> | undefined;
  return {
    tokens: passes.contexts.length * model.config.contextLength,
    measure: async (dictionary) => {
      baselines ??= measureBaselines();
      const losses = await baselines;
      const replace: Hook = (activation) => {
        dictionary.encode(codes, activation);
        dictionary.decode(reconstruction, codes);
        kernels.copy(activation, reconstruction);
      };
      const reconstructed = await measureLoss(options, passes, { [site]: replace });
      const recovered = (ablated: number) => (ablated - reconstructed) / (ablated - losses.clean);
      return {
        crossEntropy: { ...losses, reconstructed },
        lossRecovered: { zero: recovered(losses.zeroAblated), mean: recovered(losses.meanAblated) },
      };
    },
  };
}

interface Passes {
  readonly contexts: Int32Array;
  readonly workspace: Workspace;
  readonly batch: TokenBatch;
  readonly losses: Tensor; // [rows]
}

function createPasses({ model, stream, contexts: wanted, features }: LossProbeOptions): Passes {
  const { kernels, config } = model;
  const T = config.contextLength;
  const contexts = chooseContexts(stream, T, wanted);
  const size = Math.max(1, Math.min(contexts.length, Math.floor(CODES_PER_PASS / (T * features))));
  return {
    contexts,
    workspace: createWorkspace(model, size),
    batch: createTokenBatch(kernels, size, T),
    losses: kernels.create([size * T]),
  };
}

/** Mean cross entropy of the sample's tokens under hooks. */
async function measureLoss({ model, stream }: LossProbeOptions, passes: Passes, hooks: Hooks): Promise<number> {
  const { kernels } = model;
  const { contexts, workspace, batch, losses } = passes;
  let sum = 0;
  for (let first = 0; first < contexts.length; first += batch.batch) {
    writeTokenBatch(kernels, batch, stream, Array.from(contexts.subarray(first, first + batch.batch)));
    crossEntropy(model, workspace, losses, batch.tokens, batch.targets, { hooks });
    sum = (await kernels.read(losses)).reduce((total, value) => total + value, sum);
  }
  return sum / (contexts.length * model.config.contextLength);
}
