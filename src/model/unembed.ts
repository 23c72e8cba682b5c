import type { Tensor } from "../kernels/kernels.ts";
import { type ForwardOptions, forward, type Transformer, unembedding } from "./transformer.ts";
import type { Workspace } from "./workspace.ts";

/** out = the logits [rows, V] of residual rows after the final layer norm [rows, D]. */
export function computeLogits(model: Transformer, out: Tensor, hidden: Tensor): void {
  model.kernels.gemm(out, hidden, unembedding(model), { transposeB: true });
}

/**
 * losses [rows] = each token's cross entropy in nats, targets int32 [rows] (a negative target gives 0). Logits exist for a
 * chunk of rows at a time.
 */
export function crossEntropy(
  model: Transformer,
  workspace: Workspace,
  losses: Tensor,
  tokens: Tensor,
  targets: Tensor,
  options: Pick<ForwardOptions, "hooks" | "first"> = {},
): void {
  const hidden = forward(model, workspace, tokens, options);
  crossEntropyOfHidden(model, workspace, losses, hidden, targets);
}

/** As `crossEntropy`, from the residual rows [rows, D] a forward pass returned. */
export function crossEntropyOfHidden(
  model: Transformer,
  workspace: Workspace,
  losses: Tensor,
  hidden: Tensor,
  targets: Tensor,
): void {
  const { kernels } = model;
  for (const { first, count } of chunks(workspace)) {
    const logits = kernels.rows(workspace.logits, 0, count);
    computeLogits(model, logits, kernels.rows(hidden, first, count));
    kernels.softmaxCrossEntropy(
      kernels.rows(losses, first, count),
      null,
      logits,
      kernels.rows(targets, first, count),
      1,
    );
  }
}

/**
 * out [rows, K] = the summed probability of the next tokens of each class, by residual rows after the final layer norm [rows, D].
 * classes [V, K] holds 1 where a token belongs to a class, 0 elsewhere and for token `outsider`, which belongs to none.
 */
export function sumProbabilities(
  model: Transformer,
  workspace: Workspace,
  out: Tensor,
  hidden: Tensor,
  classes: Tensor,
  outsider: number,
): void {
  const { kernels } = model;
  const size = workspace.logits.shape[0]!;
  const targets = kernels.upload(new Int32Array(size).fill(outsider), [size]);
  const losses = kernels.create([size]);
  for (const { first, count } of chunks(workspace)) {
    const logits = kernels.rows(workspace.logits, 0, count);
    computeLogits(model, logits, kernels.rows(hidden, first, count));
    // The gradient of the cross entropy is the probability of every token but the target.
    const [ownLosses, ownTargets] = [kernels.rows(losses, 0, count), kernels.rows(targets, 0, count)];
    kernels.softmaxCrossEntropy(ownLosses, logits, logits, ownTargets, 1);
    kernels.gemm(kernels.rows(out, first, count), logits, classes);
  }
  kernels.release(losses);
  kernels.release(targets);
}

/**
 * losses as above; dHidden [rows, D] = gradient of scale * (sum of losses); the unembedding's gradient is added to
 * `dUnembedding` [V, D]. Each chunk's logits are overwritten by their gradient while in cache.
 */
export function crossEntropyBackward(
  model: Transformer,
  workspace: Workspace,
  outputs: { readonly losses: Tensor; readonly dHidden: Tensor; readonly dUnembedding: Tensor },
  targets: Tensor,
  scale: number,
): void {
  const { kernels } = model;
  const weights = unembedding(model);
  for (const { first, count } of chunks(workspace)) {
    const hidden = kernels.rows(workspace.final.out, first, count);
    const logits = kernels.rows(workspace.logits, 0, count);
    const losses = kernels.rows(outputs.losses, first, count);
    computeLogits(model, logits, hidden);
    kernels.softmaxCrossEntropy(losses, logits, logits, kernels.rows(targets, first, count), scale);
    kernels.gemm(kernels.rows(outputs.dHidden, first, count), logits, weights);
    kernels.gemm(outputs.dUnembedding, logits, hidden, { transposeA: true, accumulate: true });
  }
}

function* chunks(workspace: Workspace): Generator<{ first: number; count: number }> {
  const size = workspace.logits.shape[0]!;
  for (let first = 0; first < workspace.rows; first += size) {
    yield { first, count: Math.min(size, workspace.rows - first) };
  }
}
