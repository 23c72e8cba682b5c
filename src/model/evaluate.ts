import { createPermutation } from "../numerics/permutation.ts";
import { UserError } from "../numerics/user-error.ts";
import { countContexts, type TokenStream } from "../text/contexts.ts";
import { createTokenBatch, writeTokenBatch } from "./token-batch.ts";
import type { Hooks, Transformer } from "./transformer.ts";
import { crossEntropy } from "./unembed.ts";
import { createWorkspace } from "./workspace.ts";

/** A model's loss on held-out text, whole and by context. */
export interface ModelLoss {
  /** Mean in nats per predicted token. */
  readonly loss: number;
  /** Predicted tokens. */
  readonly tokens: number;
  /** The contexts judged, and the sum of nats of each one's tokens. */
  readonly contexts: Int32Array;
  readonly contextNats: Float64Array;
}

/** A loss with the length in bytes of what was predicted. */
export interface ModelLossPerByte extends ModelLoss {
  readonly bytes: number;
  /** Sum of nats over predicted tokens / ln 2 / bytes of those tokens. */
  readonly bitsPerByte: number;
}

export interface MeasureLossOptions {
  /** Contexts in one pass. */
  readonly batch: number;
  /** Contexts to judge: all if absent; fewer are a fixed random sample. */
  readonly contexts?: number;
  /** Interventions in force. */
  readonly hooks?: Hooks;
  readonly signal?: AbortSignal;
}

/** The loss on non-overlapping contexts of a stream; a `UserError` where it holds none. */
export async function measureValidation(
  model: Transformer,
  stream: TokenStream,
  options: MeasureLossOptions,
): Promise<ModelLoss> {
  const { kernels, config } = model;
  const T = config.contextLength;
  const contexts = chooseContexts(stream, T, options.contexts);
  const workspace = createWorkspace(model, options.batch);
  const batch = createTokenBatch(kernels, options.batch, T);
  const losses = kernels.create([workspace.rows]);
  const contextNats = new Float64Array(contexts.length);
  const hooked = options.hooks === undefined ? {} : { hooks: options.hooks };
  for (let first = 0; first < contexts.length; first += options.batch) {
    options.signal?.throwIfAborted();
    const chosen = Array.from(contexts.subarray(first, first + options.batch));
    writeTokenBatch(kernels, batch, stream, chosen);
    crossEntropy(model, workspace, losses, batch.tokens, batch.targets, hooked);
    const nats = await kernels.read(losses);
    chosen.forEach((_, row) => {
      contextNats[first + row] = nats.subarray(row * T, (row + 1) * T).reduce((sum, value) => sum + value, 0);
    });
  }
  const tokens = contexts.length * T;
  return { loss: contextNats.reduce((sum, nats) => sum + nats, 0) / tokens, tokens, contexts, contextNats };
}

/** Adds bits per byte; `byteLengths[token]` is the token's length, 0 for the end of a text, whose nats count all the same. */
export function addBitsPerByte(
  measured: ModelLoss,
  stream: TokenStream,
  contextLength: number,
  byteLengths: ArrayLike<number>,
): ModelLossPerByte {
  let bytes = 0;
  for (const context of measured.contexts) {
    const first = context * contextLength + 1;
    for (const token of stream.tokens.subarray(first, first + contextLength)) bytes += byteLengths[token]!;
  }
  return { ...measured, bytes, bitsPerByte: (measured.loss * measured.tokens) / Math.LN2 / bytes };
}

/** The contexts to judge: all of them, or a fixed random sample in ascending order; a `UserError` where there are none. */
export function chooseContexts(
  stream: TokenStream,
  contextLength: number,
  wanted = Number.POSITIVE_INFINITY,
): Int32Array {
  const available = countContexts(stream, contextLength);
  if (available === 0) {
    throw new UserError(
      `the held-out text has ${stream.tokens.length} tokens, fewer than one context of ${contextLength} and the token after it; hold out more or give --valid`,
    );
  }
  if (wanted >= available) return Int32Array.from({ length: available }, (_, index) => index);
  const sampled = createPermutation(available, 0, "validation");
  return Int32Array.from({ length: wanted }, (_, index) => sampled(index)).sort();
}
