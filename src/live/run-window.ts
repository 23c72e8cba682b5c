import type { SparseEncoder } from "../autoencoder/sparse-encoder.ts";
import type { Tensor } from "../kernels/kernels.ts";
import { forward } from "../model/transformer.ts";
import { crossEntropyOfHidden } from "../model/unembed.ts";
import { createWorkspace } from "../model/workspace.ts";
import type { CleanPass } from "./direct-effects.ts";
import { listFirings } from "./firings.ts";
import type { LiveSubject } from "./live-subject.ts";
import type { TextWindow } from "./text-windows.ts";

/** Runs the model on a window, with the features active on each of its tokens and what effects are measured from. */
export async function runWindow(
  { model, site, dictionary }: LiveSubject,
  encoder: SparseEncoder,
  { tokens, targets }: TextWindow,
): Promise<CleanPass> {
  const { kernels, config } = model;
  const N = tokens.length;
  const workspace = createWorkspace(model, 1, N);
  const activation = kernels.create([N, dictionary.width]);
  const keep = (live: Tensor): void => kernels.copy(activation, live);
  const hidden = forward(model, workspace, kernels.upload(tokens, [N]), { hooks: { [site]: keep } });
  const losses = kernels.create([N]);
  crossEntropyOfHidden(model, workspace, losses, hidden, kernels.upload(targets, [N]));
  return {
    tokens,
    targets,
    activation,
    residual: workspace.blocks[config.layers - 1]!.residualPost,
    hidden,
    deviations: (await kernels.read(workspace.final.inverseDeviation)).map((inverse) => 1 / inverse),
    losses: await kernels.read(losses),
    firings: await listFirings(kernels, encoder, activation),
  };
}
