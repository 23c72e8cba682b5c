import type { Kernels, Tensor } from "../kernels/kernels.ts";
import type { BlockActivations, LayerNormOutput, Workspace } from "./workspace.ts";

/**
 * The workspace of a pass over positions `first` to `first + count` of one context, whose earlier positions passes over the same
 * `whole` (of batch 1) have computed: their keys and values are attended to and nothing else of them is. Everything is a view of
 * `whole`; what a pass over a position leaves beside keys and values is overwritten by the next one.
 */
export function continueWorkspace(kernels: Kernels, whole: Workspace, first: number, count: number): Workspace {
  const head = (tensor: Tensor) => kernels.rows(tensor, 0, count);
  const headOf = ({ out, mean, inverseDeviation }: LayerNormOutput): LayerNormOutput => ({
    out: head(out),
    mean: head(mean),
    inverseDeviation: head(inverseDeviation),
  });
  const { context, heads } = whole.dims;
  const continueBlock = (block: BlockActivations): BlockActivations => ({
    normalised1: headOf(block.normalised1),
    qkv: kernels.rows(block.qkv, first, count),
    attended: kernels.rows(block.qkv, 0, first + count),
    z: head(block.z),
    logSumExp: kernels.reshape(kernels.rows(kernels.reshape(block.logSumExp, [heads * context]), 0, heads * count), [
      1,
      heads,
      count,
    ]),
    attentionOut: head(block.attentionOut),
    residualMid: head(block.residualMid),
    normalised2: headOf(block.normalised2),
    pre: head(block.pre),
    post: head(block.post),
    mlpOut: head(block.mlpOut),
    residualPost: head(block.residualPost),
  });
  return {
    dims: { batch: 1, context: first + count, heads, queries: count },
    rows: count,
    embedded: head(whole.embedded),
    mlpIn: head(whole.mlpIn),
    blocks: whole.blocks.map(continueBlock),
    final: headOf(whole.final),
    logits: whole.logits,
    otherLogits: whole.otherLogits,
  };
}
