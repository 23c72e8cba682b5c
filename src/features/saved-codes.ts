import type { BuildScratch } from "./build-scratch.ts";
import type { CodeBatch } from "./scan-codes.ts";

/** Codes are saved once there are so many bytes of them. */
const SAVED_AT_ONCE = 2 ** 23;

/** Batches of codes that outlive an interrupted build, saved in order, as far as there is room. */
export interface SavedCodes {
  /** A batch that was saved, by this process or by one before it. */
  get(index: number): CodeBatch | undefined;
  /** Saves a batch once enough of them have come; those that do not follow the last one are left out. */
  add(index: number, codes: CodeBatch): void;
  /** Saves what has come. */
  flush(): void;
}

/** The saved codes of a scratch; at most `room` bytes of them, `atOnce` or a little more at a time. */
export function createSavedCodes(scratch: BuildScratch, room: number, atOnce = SAVED_AT_ONCE): SavedCodes {
  /** The first batch of each chunk. */
  const chunks: number[] = [];
  let end = 0;
  let loaded: { readonly first: number; readonly batches: readonly CodeBatch[] } | undefined;
  let pending: CodeBatch[] = [];
  let pendingBytes = 0;
  let left = room;
  const load = (first: number): readonly CodeBatch[] | undefined => {
    if (loaded?.first === first) return loaded.batches;
    const bytes = scratch.get(nameOf(first));
    if (bytes === undefined) return undefined;
    loaded = { first, batches: parseBatches(bytes) };
    return loaded.batches;
  };
  const flush = (): void => {
    if (pending.length === 0) return;
    scratch.put(nameOf(end), renderBatches(pending));
    chunks.push(end);
    end += pending.length;
    pending = [];
    pendingBytes = 0;
  };
  return {
    flush,
    get: (index) => {
      if (index === end && pending.length === 0) {
        const next = load(index);
        if (next === undefined) return undefined;
        chunks.push(index);
        end += next.length;
      }
      const first = chunks.findLast((start) => start <= index);
      return index < end && first !== undefined ? load(first)?.[index - first] : undefined;
    },
    add: (index, codes) => {
      if (index !== end + pending.length) return;
      const bytes = codes.rowStarts.byteLength + codes.features.byteLength + codes.values.byteLength;
      if (bytes > left) return;
      left -= bytes;
      pending.push(codes);
      pendingBytes += bytes;
      if (pendingBytes >= atOnce) flush();
    },
  };
}

function nameOf(first: number): string {
  return `codes-${first}`;
}

/** Bytes of a feature's index, first context, contexts, rows and entries, in front of each batch. */
const HEAD = 5;

function renderBatches(batches: readonly CodeBatch[]): Uint8Array {
  const parts = batches.flatMap(({ firstContext, contexts, rowStarts, features, values }) => [
    Uint32Array.of(features.BYTES_PER_ELEMENT, firstContext, contexts, rowStarts.length, features.length),
    rowStarts,
    features,
    values,
  ]);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}

function parseBatches(bytes: Uint8Array): CodeBatch[] {
  const batches: CodeBatch[] = [];
  let at = 0;
  const take = (length: number): ArrayBuffer => {
    const part = bytes.slice(at, at + length).buffer;
    at += length;
    return part;
  };
  while (at < bytes.byteLength) {
    const [size, firstContext, contexts, rows, entries] = new Uint32Array(take(4 * HEAD)) as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    const rowStarts = new Uint32Array(take(4 * rows));
    const features = size === 2 ? new Uint16Array(take(2 * entries)) : new Uint32Array(take(4 * entries));
    batches.push({ firstContext, contexts, rowStarts, features, values: new Float32Array(take(4 * entries)) });
  }
  return batches;
}
