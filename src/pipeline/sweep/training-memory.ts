import type { DictionaryConfig } from "../../autoencoder/config.ts";

const FLOAT_BYTES = 4;
/** Tensors of a dictionary's size that training holds: weights and Adam's two moments; gradients come block by block. */
const COPIES = 3;
/** Arrays of a batch's codes: indices, values and gradients, as wide as the fullest vector at most. */
const CODES = 3;

/** Bytes that training a dictionary takes, the shared stream left out. */
export function estimateBytes(
  { features, batch }: Pick<DictionaryConfig, "features" | "batch">,
  width: number,
): number {
  const parameters = 2 * features * width + features + width;
  return FLOAT_BYTES * (COPIES * parameters + CODES * batch * features + 3 * batch * width);
}

/** What training costs in memory, and why it is done in several groups where it is; `parts` holds the bytes of each member. */
export function describeMemory(parts: readonly (readonly number[])[], streams: number, available: number): string {
  const sums = parts.map(addUp);
  const count = addUp(parts.map(({ length }) => length));
  const largest = renderBytes(Math.max(...sums));
  const what = `${count} dictionaries on ${streams} ${streams === 1 ? "stream" : "streams"} of activations`;
  const free = `${renderBytes(available)} may be taken`;
  if (parts.length === streams) return `${what}: ${largest} of memory at a time, ${free}`;
  return `${what}: together they would take ${renderBytes(addUp(sums))} of memory and ${free}, so they are trained in ${parts.length} groups one after the other, ${largest} at a time`;
}

function addUp(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function renderBytes(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}
