import { createSparseEncoder, type SparseEncoder } from "../autoencoder/sparse-encoder.ts";
import type { Tensor } from "../kernels/kernels.ts";
import { forward } from "../model/transformer.ts";
import { crossEntropyOfHidden } from "../model/unembed.ts";
import { createWorkspace } from "../model/workspace.ts";
import { startDocument } from "../text/start-document.ts";
import type { LiveEvent, LiveFeature, LiveToken } from "./live-event.ts";
import type { LiveRequestOf } from "./live-request.ts";
import type { LiveSubject } from "./live-subject.ts";
import { cutWindows, type TextWindow } from "./text-windows.ts";

/** The features active on each token of a text, and what each does to the prediction of the token after it. */
export async function* explore(
  subject: LiveSubject,
  request: LiveRequestOf<"explore">,
  signal?: AbortSignal,
): AsyncGenerator<LiveEvent> {
  const { contextLength } = subject.model.config;
  const windows = cutWindows(startDocument(subject.tokenizer, request.text), contextLength);
  const encoder = createSparseEncoder(subject.model.kernels, subject.dictionary);
  const tokens: LiveToken[] = [];
  let logProbability: number | null = null;
  for (const window of windows) {
    signal?.throwIfAborted();
    const { losses, features } = await readWindow(subject, encoder, window);
    for (const [position, token] of window.tokens.entries()) {
      tokens.push({ token, context: window.context, position, logProbability, features: features[position]! });
      logProbability = -losses[position]!;
    }
    yield { kind: "progress", done: window.context + 1, total: windows.length };
  }
  encoder.release();
  yield { kind: "explored", tokens, contexts: windows.length, contextLength };
}

interface WindowReading {
  readonly losses: Float32Array;
  readonly features: readonly LiveFeature[][];
}

async function readWindow(
  { model, site }: LiveSubject,
  encoder: SparseEncoder,
  { tokens, targets }: TextWindow,
): Promise<WindowReading> {
  const { kernels } = model;
  const workspace = createWorkspace(model, 1, tokens.length);
  let activation: Tensor | undefined;
  const hook = (live: Tensor): void => {
    activation = live;
  };
  const hidden = forward(model, workspace, kernels.upload(tokens, [tokens.length]), { hooks: { [site]: hook } });
  const losses = kernels.create([tokens.length]);
  crossEntropyOfHidden(model, workspace, losses, hidden, kernels.upload(targets, [tokens.length]));
  const { codes, counts } = await encoder.encode(activation!);
  const [indices, values] = [await kernels.readInts(codes.indices), await kernels.read(codes.values)];
  const features = Array.from(counts, (count, row) =>
    Array.from({ length: count }, (_, slot) => {
      const at = row * codes.capacity + slot;
      return { feature: indices[at]!, activation: values[at]!, lossEffect: null, logitEffect: null };
    }).sort((a, b) => b.activation - a.activation || a.feature - b.feature),
  );
  return { losses: await kernels.read(losses), features };
}
