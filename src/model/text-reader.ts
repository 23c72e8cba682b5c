import type { Tensor } from "../kernels/kernels.ts";
import { continueWorkspace } from "./continue-workspace.ts";
import { siteName } from "./sites.ts";
import { type ForwardOptions, forward, type Hooks, type Transformer } from "./transformer.ts";
import { createWorkspace } from "./workspace.ts";

/** One text, read token after token. */
export interface TextReader {
  /**
   * Reads on by at least one token; returns the residual stream [1, D] after the final layer norm of the last, which lives until
   * the next call.
   */
  readonly read: (tokens: readonly number[]) => Tensor;
}

/**
 * Reads a text so that each position is computed once: keys and values of the earlier ones are kept. Beyond the context length
 * the model sees the last contextLength tokens, numbered from position 0; as every token then has another number, all of them are
 * computed anew at each step. Hooks see each position as it is computed, with its place in the whole text; in the last block,
 * where nothing else depends on it, what comes after the attention is computed for the last position of each call alone.
 */
export function createTextReader(model: Transformer, hooks: Hooks = {}): TextReader {
  const { kernels, config } = model;
  const T = config.contextLength;
  const whole = createWorkspace(model, 1);
  const ids = kernels.create([T], "int32");
  const lastAttention = siteName(config.layers - 1, "attn.hook_z");
  let window: number[] = [];
  let start = 0;
  let done = 0;
  const pass = (count: number, options: ForwardOptions): Tensor => {
    const tokens = kernels.rows(ids, 0, count);
    kernels.write(tokens, Int32Array.from(window.slice(done, done + count)));
    const hidden = forward(model, continueWorkspace(kernels, whole, done, count), tokens, {
      ...options,
      hooks,
      first: start,
    });
    done += count;
    return hidden;
  };
  return {
    read: (tokens) => {
      const text = [...window, ...tokens];
      window = text.slice(-T);
      if (window.length < text.length) done = 0;
      start += text.length - window.length;
      const before = window.length - done - 1;
      if (before > 0) pass(before, { stopAfter: lastAttention });
      return pass(1, {});
    },
  };
}
