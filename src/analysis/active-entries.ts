import type { Dictionary } from "../autoencoder/dictionary.ts";
import { createSparseEncoder, type SparseEncoder } from "../autoencoder/sparse-encoder.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import type { SiteName } from "../model/sites.ts";
import { createTokenBatch, writeTokenBatch } from "../model/token-batch.ts";
import { forward, type Transformer } from "../model/transformer.ts";
import { createWorkspace } from "../model/workspace.ts";
import type { TokenStream } from "../text/contexts.ts";

/** The positive activations of `rows` consecutive tokens, row by row: row r has `counts[r]` entries from r * capacity on. */
export interface ActiveEntries {
  readonly rows: number;
  readonly capacity: number;
  readonly counts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float32Array;
}

/** What to run over which text. */
export interface ReadActiveEntriesOptions {
  readonly model: Transformer;
  readonly site: SiteName;
  readonly stream: TokenStream;
  readonly contexts: Int32Array;
  /** Contexts per pass of the model. */
  readonly batch: number;
}

/** Runs the model over contexts in order and yields, batch by batch, the active entries of a dictionary and of the neurons. */
export async function* readActiveEntries(
  { model, site, stream, contexts, batch }: ReadActiveEntriesOptions,
  dictionary: Dictionary,
  neurons: Dictionary,
): AsyncGenerator<readonly [features: ActiveEntries, neurons: ActiveEntries]> {
  const { kernels, config } = model;
  const workspace = createWorkspace(model, batch);
  const tokens = createTokenBatch(kernels, batch, config.contextLength);
  const ofFeatures = createSparseEncoder(kernels, dictionary);
  const ofNeurons = createSparseEncoder(kernels, neurons);
  try {
    for (let first = 0; first < contexts.length; first += batch) {
      const chosen = [...contexts.subarray(first, first + batch)];
      writeTokenBatch(kernels, tokens, stream, chosen);
      const x = forward(model, workspace, tokens.tokens, { stopAfter: site });
      const rows = chosen.length * config.contextLength;
      yield [await encodeEntries(kernels, ofFeatures, x, rows), await encodeEntries(kernels, ofNeurons, x, rows)];
    }
  } finally {
    ofFeatures.release();
    ofNeurons.release();
  }
}

/** The active entries of the first rows of activations x. */
export async function encodeEntries(
  kernels: Kernels,
  encoder: SparseEncoder,
  x: Tensor,
  rows: number,
): Promise<ActiveEntries> {
  const { codes, counts } = await encoder.encode(x);
  const indices = await kernels.readInts(codes.indices);
  const values = await kernels.read(codes.values);
  return { rows, capacity: codes.capacity, counts, indices, values };
}
