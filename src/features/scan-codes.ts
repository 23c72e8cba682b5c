import type { Dictionary } from "../autoencoder/dictionary.ts";
import { createSparseEncoder, type EncodedBatch } from "../autoencoder/sparse-encoder.ts";
import type { SiteName } from "../model/sites.ts";
import { createTokenBatch, writeTokenBatch } from "../model/token-batch.ts";
import { forward, type Transformer } from "../model/transformer.ts";
import { createWorkspace } from "../model/workspace.ts";
import type { TokenStream } from "../text/contexts.ts";
import type { SavedCodes } from "./saved-codes.ts";

// Dimensions: T context length, N rows = contexts * T.

/** The active features of rows, packed row by row. */
export interface PackedCodes {
  /** Entries rowStarts[r] .. rowStarts[r + 1] belong to row r. */
  readonly rowStarts: Uint32Array; // [N + 1]
  readonly features: Uint16Array | Uint32Array; // ascending within a row
  readonly values: Float32Array;
}

/** The codes of consecutive contexts, token by token. */
export interface CodeBatch extends PackedCodes {
  /** Place of the first context in the list of contexts that are searched. */
  readonly firstContext: number;
  readonly contexts: number;
}

/** What a scan goes over and how much of it may stay in memory. */
export interface ScanOptions {
  readonly model: Transformer;
  readonly dictionary: Dictionary;
  readonly site: SiteName;
  readonly stream: TokenStream;
  /** Indices of the contexts to search. */
  readonly contexts: Int32Array;
  /** Contexts per forward pass of the model. */
  readonly batch: number;
  /** Bytes of codes kept for the next passes; batches beyond are read from the saved codes or encoded again each time. */
  readonly memory: number;
  /** Codes that outlive this process. */
  readonly saved?: SavedCodes | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The codes of held-out text, as often as they are asked for. */
export interface CodeScan {
  readonly batches: number;
  batch(index: number): Promise<CodeBatch>;
  /** Place of a batch's first context in the list of contexts; their number for `batches`. */
  firstContext(index: number): number;
  /** Share of the contexts whose codes are kept: all of them as long as there is room. */
  keptShare(): number;
  /** Frees the device tensors and the codes. */
  release(): void;
}

/** Runs the model and the dictionary over text batch by batch, keeping as many codes as memory allows. */
export function createCodeScan(options: ScanOptions): CodeScan {
  const { contexts, memory, saved, signal } = options;
  const batch = Math.min(options.batch, contexts.length);
  const encoder = createBatchEncoder(options, batch);
  const kept = new Map<number, CodeBatch>();
  let room = memory;
  let keptContexts = 0;
  const keep = (index: number, codes: CodeBatch): void => {
    room -= codes.rowStarts.byteLength + codes.features.byteLength + codes.values.byteLength;
    if (room < 0) return;
    kept.set(index, codes);
    keptContexts += codes.contexts;
  };
  const batches = Math.ceil(contexts.length / batch);
  const compute = async (index: number): Promise<CodeBatch> => {
    const codes = await encoder.encode(index * batch);
    saved?.add(index, codes);
    if (index === batches - 1) saved?.flush();
    return codes;
  };
  return {
    batches,
    batch: async (index) => {
      const known = kept.get(index);
      if (known !== undefined) return known;
      signal?.throwIfAborted();
      const codes = saved?.get(index) ?? (await compute(index));
      if (room >= 0) keep(index, codes);
      return codes;
    },
    firstContext: (index) => Math.min(index * batch, contexts.length),
    keptShare: () => (room >= 0 ? 1 : keptContexts / contexts.length),
    release: () => {
      encoder.release();
      kept.clear();
    },
  };
}

interface BatchEncoder {
  encode(firstContext: number): Promise<CodeBatch>;
  release(): void;
}

function createBatchEncoder({ model, dictionary, site, stream, contexts }: ScanOptions, batch: number): BatchEncoder {
  const { kernels, config } = model;
  const workspace = createWorkspace(model, batch);
  const tokens = createTokenBatch(kernels, batch, config.contextLength);
  const encoder = createSparseEncoder(kernels, dictionary);
  return {
    encode: async (firstContext) => {
      const chosen = contexts.subarray(firstContext, firstContext + batch);
      writeTokenBatch(kernels, tokens, stream, [...chosen]);
      const activation = forward(model, workspace, tokens.tokens, { stopAfter: site });
      const encoded = await encoder.encode(activation);
      const indices = await kernels.readInts(encoded.codes.indices);
      const values = await kernels.read(encoded.codes.values);
      const rows = chosen.length * config.contextLength;
      const packed = packRows(encoded, indices, values, rows, dictionary.features);
      return { firstContext, contexts: chosen.length, ...packed };
    },
    release: encoder.release,
  };
}

function packRows(
  { codes, counts }: EncodedBatch,
  indices: Int32Array,
  values: Float32Array,
  rows: number,
  features: number,
): PackedCodes {
  const rowStarts = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row++) rowStarts[row + 1] = rowStarts[row]! + counts[row]!;
  const entries = rowStarts[rows]!;
  const packedFeatures = features <= 65_536 ? new Uint16Array(entries) : new Uint32Array(entries);
  const packedValues = new Float32Array(entries);
  for (let row = 0; row < rows; row++) {
    const from = row * codes.capacity;
    const to = rowStarts[row]!;
    packedFeatures.set(indices.subarray(from, from + counts[row]!), to);
    packedValues.set(values.subarray(from, from + counts[row]!), to);
  }
  return { rowStarts, features: packedFeatures, values: packedValues };
}

/** A feature's activation in a row of a batch, 0 where it is not active. */
export function activationAt(codes: PackedCodes, row: number, feature: number): number {
  let low = codes.rowStarts[row]!;
  let high = codes.rowStarts[row + 1]!;
  const end = high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (codes.features[middle]! < feature) low = middle + 1;
    else high = middle;
  }
  return low < end && codes.features[low] === feature ? codes.values[low]! : 0;
}
