import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { readContext, type TokenStream } from "../text/contexts.ts";

/** Device tensors holding the tokens of `batch` contexts and the token that follows each. */
export interface TokenBatch {
  readonly batch: number;
  readonly context: number;
  readonly tokens: Tensor; // int32 [batch * context]
  readonly targets: Tensor; // int32 [batch * context], -1 where there is nothing to predict
}

/** Allocates a token batch. */
export function createTokenBatch(kernels: Kernels, batch: number, context: number): TokenBatch {
  const size = batch * context;
  return {
    batch,
    context,
    tokens: kernels.create([size], "int32"),
    targets: kernels.create([size], "int32"),
  };
}

/** Writes contexts of a stream into a batch; places beyond the given contexts hold token 0 and predict nothing. */
export function writeTokenBatch(
  kernels: Kernels,
  out: TokenBatch,
  stream: TokenStream,
  contexts: readonly number[],
): void {
  const size = out.batch * out.context;
  const tokens = new Int32Array(size);
  const targets = new Int32Array(size).fill(-1);
  contexts.forEach((context, row) => {
    readContext(stream, context, out.context, tokens, targets, row * out.context);
  });
  kernels.write(out.tokens, tokens);
  kernels.write(out.targets, targets);
}
