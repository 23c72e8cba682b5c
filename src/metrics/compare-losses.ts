import type { Tensor } from "../kernels/kernels.ts";
import type { Transformer } from "../model/transformer.ts";
import { computeLogits } from "../model/unembed.ts";
import type { Workspace } from "../model/workspace.ts";

/** Where the comparison goes, each [rows], nats. */
export interface LossComparison {
  readonly clean: Tensor;
  readonly other: Tensor;
  readonly kl: Tensor;
}

/**
 * Each token's cross entropy under two sets of residual rows [rows, D] and KL(clean || other) of their next-token
 * distributions. Both logits are computed once, a chunk of rows at a time.
 */
export function compareLosses(
  model: Transformer,
  workspace: Workspace,
  out: LossComparison,
  hidden: { readonly clean: Tensor; readonly other: Tensor },
  targets: Tensor,
): void {
  const { kernels } = model;
  const size = workspace.logits.shape[0]!;
  for (let first = 0; first < workspace.rows; first += size) {
    const count = Math.min(size, workspace.rows - first);
    const part = (tensor: Tensor) => kernels.rows(tensor, first, count);
    const clean = kernels.rows(workspace.logits, 0, count);
    const other = kernels.rows(workspace.otherLogits(), 0, count);
    computeLogits(model, clean, part(hidden.clean));
    computeLogits(model, other, part(hidden.other));
    kernels.softmaxCrossEntropy(part(out.clean), null, clean, part(targets), 1);
    kernels.softmaxCrossEntropy(part(out.other), null, other, part(targets), 1);
    kernels.klDivergence(part(out.kl), clean, other);
  }
}
