import { createSparseEncoder } from "../autoencoder/sparse-encoder.ts";
import type { Tensor } from "../kernels/kernels.ts";
import { forward, type Hooks, type RowPlaces } from "../model/transformer.ts";
import { createWorkspace } from "../model/workspace.ts";
import { listFirings } from "./firings.ts";
import type { LiveSubject } from "./live-subject.ts";
import { cutWindows } from "./text-windows.ts";

/** The activation of each feature on each token of a text read window after window under `hooks`, as it is before they change it. */
export async function watchFeatures(
  { model, dictionary, site }: LiveSubject,
  text: readonly number[],
  features: readonly number[],
  hooks: Hooks,
): Promise<number[][]> {
  const { kernels, config } = model;
  const encoder = createSparseEncoder(kernels, dictionary);
  const activations = features.map(() => new Array<number>(text.length).fill(0));
  for (const { tokens, start } of cutWindows(Int32Array.from(text), config.contextLength)) {
    const N = tokens.length;
    const kept = kernels.create([N, dictionary.width]);
    const keep = (live: Tensor, places: RowPlaces): void => {
      kernels.copy(kept, live);
      hooks[site]?.(live, places);
    };
    const options = { hooks: { ...hooks, [site]: keep }, first: start };
    forward(model, createWorkspace(model, 1, N), kernels.upload(tokens, [N]), options);
    for (const { row, feature, activation } of await listFirings(kernels, encoder, kept)) {
      const place = features.indexOf(feature);
      if (place !== -1) activations[place]![start + row] = activation;
    }
  }
  encoder.release();
  return activations;
}
