import { quickselect } from "simple-statistics";
import type { Tensor } from "../kernels/kernels.ts";
import { parseSite, type SiteName } from "../model/sites.ts";
import { createTokenBatch, writeTokenBatch } from "../model/token-batch.ts";
import { forward, parameter, type Transformer } from "../model/transformer.ts";
import { computeLogits } from "../model/unembed.ts";
import { createWorkspace } from "../model/workspace.ts";
import type { TokenStream } from "../text/contexts.ts";
import { HISTOGRAM_BINS, type LogitWeights, type TokenWeight } from "./feature-record.ts";

// Dimensions: n directions, d width of the site, D dModel, V vocabulary.

const TOKENS_LISTED = 10;

/** The matrix [d, D] by which a site writes to the residual stream, "itself" where it is part of the stream, or null. */
export function directPath(model: Transformer, site: SiteName): Tensor | "itself" | null {
  const { layer, kind } = parseSite(site, model.config);
  switch (kind) {
    case "mlp.hook_post":
      return parameter(model.parameters, `h.${layer}.mlp.c_proj.weight`);
    case "attn.hook_z":
      return parameter(model.parameters, `h.${layer}.attn.c_proj.weight`);
    case "hook_resid_pre":
    case "hook_resid_mid":
    case "hook_resid_post":
    case "hook_attn_out":
    case "hook_mlp_out":
      return "itself";
    case "mlp.hook_pre":
    case "hook_mlp_in":
      return null;
    default:
      return kind satisfies never;
  }
}

/**
 * Direct effect of directions [n, d] on the logits, [n, V]: v = d W_out pi L W_unembed, pi removing the mean over D and L the
 * final layer norm's gain over `scale`, a constant (paper, §Arabic; the diagonal approximation of layer norm).
 */
export async function measureLogitWeights(
  model: Transformer,
  path: Tensor | "itself",
  directions: Tensor,
  scale: number,
): Promise<Float32Array> {
  const { kernels, config } = model;
  const logits = kernels.create([directions.shape[0]!, config.vocabularySize]);
  const written = writeDirections(model, path, directions);
  const gain = await kernels.read(parameter(model.parameters, "ln_f.weight"));
  kernels.write(written, normaliseRows(await kernels.read(written), gain, scale));
  computeLogits(model, logits, written);
  const values = await kernels.read(logits);
  kernels.release(written);
  kernels.release(logits);
  return values;
}

/** What a unit of each direction [n, d] adds to the residual stream, [n, D]; release it after use. */
export function writeDirections({ kernels, config }: Transformer, path: Tensor | "itself", directions: Tensor): Tensor {
  const written = kernels.create([directions.shape[0]!, config.dModel]);
  if (path === "itself") kernels.copy(written, directions);
  else kernels.gemm(written, directions, path);
  return written;
}

/** The mean over tokens of the final layer norm's sqrt(variance + epsilon). */
export async function measureLayerNormScale(
  model: Transformer,
  stream: TokenStream,
  contexts: Int32Array,
  batch: number,
): Promise<number> {
  const { kernels, config } = model;
  const size = Math.min(batch, contexts.length);
  const workspace = createWorkspace(model, size);
  const tokens = createTokenBatch(kernels, size, config.contextLength);
  let sum = 0;
  for (let first = 0; first < contexts.length; first += size) {
    const chosen = contexts.subarray(first, first + size);
    writeTokenBatch(kernels, tokens, stream, [...chosen]);
    forward(model, workspace, tokens.tokens);
    const inverse = await kernels.read(workspace.final.inverseDeviation);
    for (let row = 0; row < chosen.length * config.contextLength; row++) sum += 1 / inverse[row]!;
  }
  return sum / (contexts.length * config.contextLength);
}

/** The ids that occur at all, ascending; `counts` [V] says how often each does. */
export function listUsedTokens(counts: ArrayLike<number>): Int32Array {
  return Int32Array.from(Array(counts.length).keys()).filter((token) => counts[token]! > 0);
}

/** The median-shifted weights of one feature summed up over the tokens that are in use (at least one). */
export function summariseLogits(weights: Float32Array, inUse: Int32Array): LogitWeights {
  const used = shiftToMedian(weights, inUse);
  const minimum = used.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const maximum = used.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return {
    positive: listExtremes(used, inUse, 1),
    negative: listExtremes(used, inUse, -1),
    histogram: countLogitBins(used, minimum, maximum),
    minimum,
    maximum,
  };
}

/** The weights of the tokens in use (at least one), less their median: [inUse]. */
export function shiftToMedian(weights: Float32Array, inUse: Int32Array): Float32Array {
  const used = Float32Array.from(inUse, (token) => weights[token]!);
  const median = takeMedian(used.slice());
  return used.map((weight) => weight - median);
}

/** How many weights lie in each of 40 equal bins on [minimum, maximum]. */
export function countLogitBins(weights: Float32Array, minimum: number, maximum: number): Uint32Array {
  const histogram = new Uint32Array(HISTOGRAM_BINS);
  const perBin = maximum > minimum ? HISTOGRAM_BINS / (maximum - minimum) : 0;
  for (let i = 0; i < weights.length; i++) {
    const bin = Math.min(HISTOGRAM_BINS - 1, Math.floor((weights[i]! - minimum) * perBin));
    histogram[bin] = histogram[bin]! + 1;
  }
  return histogram;
}

function normaliseRows(rows: Float32Array, gain: Float32Array, scale: number): Float32Array {
  const D = gain.length;
  for (let start = 0; start < rows.length; start += D) {
    let mean = 0;
    for (let i = 0; i < D; i++) mean += rows[start + i]! / D;
    for (let i = 0; i < D; i++) rows[start + i] = ((rows[start + i]! - mean) * gain[i]!) / scale;
  }
  return rows;
}

/** The median, for which the array is reordered; the mean of the middle two of an even number. */
export function takeMedian(values: Float32Array): number {
  const upper = values.length >> 1;
  quickselect(values as unknown as number[], upper);
  if (values.length % 2 === 1) return values[upper]!;
  const lower = values.subarray(0, upper).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return (lower + values[upper]!) / 2;
}

/** The tokens with the largest `sign * weight`, largest first; of equal ones the lower id. */
function listExtremes(used: Float32Array, inUse: Int32Array, sign: 1 | -1): TokenWeight[] {
  const best: number[] = [];
  for (let i = 0; i < used.length; i++) {
    const weight = sign * used[i]!;
    if (best.length === TOKENS_LISTED && weight <= sign * used[best.at(-1)!]!) continue;
    if (best.length === TOKENS_LISTED) best.pop();
    let at = best.length;
    while (at > 0 && weight > sign * used[best[at - 1]!]!) at--;
    best.splice(at, 0, i);
  }
  return best.map((i) => ({ token: inUse[i]!, weight: used[i]! }));
}
