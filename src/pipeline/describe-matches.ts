import { measurePinnedProbability } from "../analysis/pinned-probability.ts";
import type { FoundGrid } from "../analysis/search-proxies.ts";
import {
  GRID_WINDOW,
  type MatchProfile,
  type Pinning,
  type ProxyProfiles,
  type ShownFiring,
  type ShownGrid,
  type Specificity,
} from "../analysis/specificity.ts";
import { classifyTokens, splitLogits, type TokenClass } from "../analysis/token-classes.ts";
import type { Dictionary } from "../autoencoder/dictionary.ts";
import { createNeuronDictionary } from "../autoencoder/neuron-dictionary.ts";
import { directPath, measureLayerNormScale, measureLogitWeights } from "../features/logit-weights.ts";
import { spreadContexts } from "../text/contexts.ts";
import type { RunEvent } from "./events.ts";
import { CONTEXTS_PER_PASS, type ProxySubject } from "./proxy-subject.ts";
import { Interrupted, type StageContext } from "./stage.ts";

const SCALE_CONTEXTS = 256;
const PINNED_CONTEXTS = 16;
const PINNED_TOKENS = 8192;
const LOGITS_PER_CHUNK = 2 ** 22;

/** The tokens of the vocabulary that belong to each proxy, by the held-out text. */
export function classifyAll({ text, model }: ProxySubject, truths: readonly Uint8Array[]): TokenClass[] {
  return truths.map((truth) => classifyTokens(text.stream.tokens, truth, model.config.vocabularySize));
}

/** The profiles with what each feature and neuron does to the logits of the proxy's tokens. */
export async function addLogits(
  { kernels }: StageContext,
  subject: ProxySubject,
  profiles: readonly ProxyProfiles[],
  classes: readonly TokenClass[],
): Promise<readonly ProxyProfiles[]> {
  const { model, site, dictionary, text, halves } = subject;
  if (directPath(model, site) === null) return profiles;
  const chosen = spread(halves.judgement, SCALE_CONTEXTS);
  const scale = await measureLayerNormScale(model, text.stream, chosen, CONTEXTS_PER_PASS);
  const add = async (ofSide: Dictionary, side: "features" | "neurons") => {
    const indices = [...new Set(profiles.flatMap((proxy) => proxy[side].map(({ index }) => index)))];
    const weights = await readLogitWeights(subject, ofSide, indices, scale);
    return profiles.map((proxy, p) =>
      proxy[side].map((match): MatchProfile => ({ ...match, logits: splitLogits(weights(match.index), classes[p]!) })),
    );
  };
  const features = await add(dictionary, "features");
  const neurons = await add(createNeuronDictionary(kernels, dictionary.width), "neurons");
  return profiles.map((proxy, p) => ({ ...proxy, features: features[p]!, neurons: neurons[p]! }));
}

/** The logit weights [vocabulary] of some features of a dictionary. */
async function readLogitWeights(
  { model, site }: ProxySubject,
  dictionary: Dictionary,
  indices: readonly number[],
  scale: number,
): Promise<(index: number) => Float32Array> {
  const { kernels } = model;
  const V = model.config.vocabularySize;
  const chunk = Math.max(1, Math.floor(LOGITS_PER_CHUNK / V));
  const weights = new Map<number, Float32Array>();
  for (let first = 0; first < indices.length; first += chunk) {
    const part = Int32Array.from(indices.slice(first, first + chunk));
    const rows = kernels.create([part.length, dictionary.width]);
    kernels.gatherRows(rows, dictionary.directions, kernels.upload(part, [part.length]));
    const values = await measureLogitWeights(model, directPath(model, site)!, rows, scale);
    for (const [i, index] of part.entries()) weights.set(index, values.slice(i * V, (i + 1) * V));
    kernels.release(rows);
  }
  return (index) => weights.get(index)!;
}

/** What holding the best feature of each proxy at its largest activation does to the probability of the proxy's tokens. */
export async function* measurePinning(
  { experiment, signal }: StageContext,
  subject: ProxySubject,
  { findings }: Specificity,
  profiles: readonly ProxyProfiles[],
  classes: readonly TokenClass[],
): AsyncGenerator<RunEvent, Pinning> {
  const { stage, model, site, dictionary, text, halves } = subject;
  const T = model.config.contextLength;
  const contexts = spread(halves.judgement, Math.max(PINNED_CONTEXTS, Math.ceil(PINNED_TOKENS / T)));
  const pinned = findings.flatMap((finding, p) => {
    if (finding.kind === "absent" || finding.feature.byF1 === null || contexts.length < 2) return [];
    const feature = finding.feature.byF1.index;
    const value = profiles[p]!.features.find(({ index }) => index === feature)!.maximum;
    const { belongs } = classes[p]!;
    const tokens = belongs.reduce((sum, one) => sum + one, 0);
    return tokens === 0 ? [] : [{ proxy: finding.proxy, feature, value, belongs, tokens }];
  });
  const steps = measurePinnedProbability(
    {
      model,
      site,
      dictionary,
      stream: text.stream,
      contexts,
      batch: CONTEXTS_PER_PASS,
      endOfText: text.tokenizer.endOfText,
      seed: experiment.seed,
    },
    pinned,
  );
  for (let done = 0; ; ) {
    const next = await steps.next();
    if (next.done) {
      const effects = next.value.map((effect, k) => {
        const { proxy, feature, value, tokens } = pinned[k]!;
        return { proxy, feature, value, tokens, ...effect };
      });
      return { contexts: contexts.length, positions: contexts.length * T, effects };
    }
    if (signal.aborted) throw new Interrupted("stopped while pinning features; the same command begins it anew");
    done += next.value;
    yield { kind: "progress", stage, done, total: contexts.length, unit: "contexts of pinning" };
  }
}

/** The grids with the text around each firing. */
export function showGrids(
  { model, text, halves, proxies }: ProxySubject,
  grids: readonly FoundGrid[],
  profiles: readonly ProxyProfiles[],
): ShownGrid[] {
  const T = model.config.contextLength;
  const contexts = [...halves.selection, ...halves.judgement];
  const show = ({ token, activation }: { token: number; activation: number }): ShownFiring => {
    const [context, position] = [contexts[Math.floor(token / T)]!, token % T];
    const window = Array.from({ length: 2 * GRID_WINDOW + 1 }, (_, i) => {
      const place = position + i - GRID_WINDOW;
      return place < 0 || place >= T ? -1 : text.stream.tokens[context * T + place]!;
    });
    return [Number(activation.toPrecision(4)), window];
  };
  return grids.map(({ proxy, feature, levels }) => ({
    proxy: proxies[proxy]!.name,
    feature,
    maximum: profiles[proxy]!.features.find(({ index }) => index === feature)!.maximum,
    levels: levels.map(({ on, off }) => ({ on: on.map(show), off: off.map(show) })),
  }));
}

function spread(contexts: Int32Array, count: number): Int32Array {
  const places = spreadContexts(contexts.length, Math.min(count, contexts.length));
  return places.map((place) => contexts[place]!);
}
