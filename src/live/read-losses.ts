import type { Hooks, Transformer } from "../model/transformer.ts";
import { crossEntropy } from "../model/unembed.ts";
import { createWorkspace } from "../model/workspace.ts";
import type { LogProbabilities } from "./live-event.ts";
import type { TextWindow } from "./text-windows.ts";

/** The loss in nats of predicting the token after each one of a window; 0 where none follows. */
export async function readLosses(model: Transformer, window: TextWindow, hooks: Hooks): Promise<Float32Array> {
  const { kernels } = model;
  const N = window.tokens.length;
  const losses = kernels.create([N]);
  const [tokens, targets] = [kernels.upload(window.tokens, [N]), kernels.upload(window.targets, [N])];
  crossEntropy(model, createWorkspace(model, 1, N), losses, tokens, targets, { hooks, first: window.start });
  return kernels.read(losses);
}

/** The log-probability of each token of a text whose windows have these losses, one after another; null for the first. */
export function alignLosses(windows: readonly TextWindow[], losses: readonly Float32Array[]): LogProbabilities {
  const byToken = losses.flatMap((values) => Array.from(values, (value) => -value));
  const length = windows.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return Array.from({ length }, (_, index) => (index === 0 ? null : byToken[index - 1]!));
}
