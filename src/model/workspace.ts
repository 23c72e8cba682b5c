import type { AttentionDims, Tensor } from "../kernels/kernels.ts";
import type { Transformer } from "./transformer.ts";

/** One block's activations of a forward pass, N = batch * (queries or context) rows each. */
export interface BlockActivations {
  readonly normalised1: LayerNormOutput;
  readonly qkv: Tensor; // [N, 3D]
  readonly attended: Tensor; // [batch * context, 3D], of which qkv is the last rows: all of it where no position is cached
  readonly z: Tensor; // [N, D]
  readonly logSumExp: Tensor; // [batch, heads, context]
  readonly attentionOut: Tensor; // [N, D]
  readonly residualMid: Tensor; // [N, D]
  readonly normalised2: LayerNormOutput;
  readonly pre: Tensor; // [N, dMlp]
  readonly post: Tensor; // [N, dMlp]
  readonly mlpOut: Tensor; // [N, D]
  readonly residualPost: Tensor; // [N, D]
}

/** A layer norm's result and what its backward pass needs. */
export interface LayerNormOutput {
  readonly out: Tensor; // [N, D]
  readonly mean: Tensor; // [N]
  readonly inverseDeviation: Tensor; // [N]
}

/**
 * Preallocated tensors of forward passes over `dims.batch` contexts of `dims.context` tokens, of which the last `dims.queries` are
 * computed (all if absent); one pass overwrites the last.
 */
export interface Workspace {
  readonly dims: AttentionDims;
  readonly rows: number;
  readonly embedded: Tensor; // [N, D]
  readonly mlpIn: Tensor; // [N, D], used only where a hook sits at hook_mlp_in
  readonly blocks: readonly BlockActivations[];
  readonly final: LayerNormOutput;
  readonly logits: Tensor; // [chunk, V]
  readonly otherLogits: () => Tensor; // [chunk, V], allocated when first asked for
}

const LOGITS_PER_CHUNK = 2 ** 21;
const CHUNK_MULTIPLE = 32;

/** Allocates the tensors of a pass over `batch` contexts of `context` tokens (at most the model's context length). */
export function createWorkspace(model: Transformer, batch: number, context = model.config.contextLength): Workspace {
  const { kernels, config } = model;
  const { dModel: D, dMlp: M, heads, layers, vocabularySize: V } = config;
  if (context > config.contextLength) {
    throw new Error(`createWorkspace: context ${context} exceeds the model's context length ${config.contextLength}`);
  }
  const N = batch * context;
  const layerNormOutput = (): LayerNormOutput => ({
    out: kernels.create([N, D]),
    mean: kernels.create([N]),
    inverseDeviation: kernels.create([N]),
  });
  const block = (qkv: Tensor): BlockActivations => ({
    normalised1: layerNormOutput(),
    qkv,
    attended: qkv,
    z: kernels.create([N, D]),
    logSumExp: kernels.create([batch, heads, context]),
    attentionOut: kernels.create([N, D]),
    residualMid: kernels.create([N, D]),
    normalised2: layerNormOutput(),
    pre: kernels.create([N, M]),
    post: kernels.create([N, M]),
    mlpOut: kernels.create([N, D]),
    residualPost: kernels.create([N, D]),
  });
  const chunk = chunkRows(N, V);
  let otherLogits: Tensor | undefined;
  return {
    dims: { batch, context, heads },
    rows: N,
    embedded: kernels.create([N, D]),
    mlpIn: kernels.create([N, D]),
    blocks: Array.from({ length: layers }, () => block(kernels.create([N, 3 * D]))),
    final: layerNormOutput(),
    logits: kernels.create([chunk, V]),
    otherLogits: () => {
      otherLogits ??= kernels.create([chunk, V]);
      return otherLogits;
    },
  };
}

/** Rows whose logits are computed at once: few enough that they stay in the last-level cache. */
function chunkRows(rows: number, vocabulary: number): number {
  const fitting = Math.floor(LOGITS_PER_CHUNK / vocabulary / CHUNK_MULTIPLE) * CHUNK_MULTIPLE;
  return Math.min(rows, Math.max(CHUNK_MULTIPLE, fitting));
}
