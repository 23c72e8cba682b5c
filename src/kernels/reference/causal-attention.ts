import type { AttentionDims, Tensor } from "../kernels.ts";
import { type Floats, floats } from "./memory.ts";

/** One head of one context: where its first query, key and value stand, and how far apart positions are. */
interface Head {
  readonly query: number;
  readonly key: number;
  readonly value: number;
  readonly stride: number;
  /** Where the head's first output stands. */
  readonly out: number;
  readonly outStride: number;
  /** Where the head's first log-sum-exp stands. */
  readonly logSumExp: number;
  readonly context: number;
  /** The first position asked for. */
  readonly first: number;
  readonly width: number;
}

export function causalAttention(out: Tensor, logSumExp: Tensor, qkv: Tensor, dims: AttentionDims): void {
  const result = floats(out);
  const values = floats(qkv);
  const weights = new Float64Array(dims.context);
  const row = new Float64Array(out.shape[1]! / dims.heads);
  for (const head of headsOf(dims, out.shape[1]!)) {
    for (let t = head.first; t < head.context; t++) {
      const place = t - head.first;
      floats(logSumExp)[head.logSumExp + place] = attendTo(weights, values, head, t);
      row.fill(0);
      for (let s = 0; s <= t; s++) {
        const value = head.value + s * head.stride;
        for (let j = 0; j < head.width; j++) row[j] = row[j]! + weights[s]! * values[value + j]!;
      }
      result.set(row, head.out + place * head.outStride);
    }
  }
}

/** Fills the attention weights of position t over 0..t; returns the log of the sum of exponentials of its scores. */
function attendTo(weights: Float64Array, values: Floats, head: Head, t: number): number {
  let maximum = Number.NEGATIVE_INFINITY;
  for (let s = 0; s <= t; s++) {
    const score = scoreOf(values, head, t, s);
    weights[s] = score;
    if (score > maximum) maximum = score;
  }
  let total = 0;
  for (let s = 0; s <= t; s++) {
    weights[s] = Math.exp(weights[s]! - maximum);
    total += weights[s]!;
  }
  for (let s = 0; s <= t; s++) weights[s] = weights[s]! / total;
  return maximum + Math.log(total);
}

function scoreOf(values: Floats, head: Head, t: number, s: number): number {
  const query = head.query + t * head.stride;
  return dot(values, query, values, head.key + s * head.stride, head.width) / Math.sqrt(head.width);
}

/**
 * With weights p and dP = dOut . value: dScore = p (dP - dOut . out), where dOut . out = sum over s of p dP.
 * dValue = sum of p dOut; dQuery and dKey = sums of dScore key and dScore query, over sqrt(width).
 */
export function causalAttentionBackward(
  dQkv: Tensor,
  dOut: Tensor,
  out: Tensor,
  logSumExp: Tensor,
  qkv: Tensor,
  dims: AttentionDims,
): void {
  const values = floats(qkv);
  const incoming = floats(dOut);
  const gradient = new Float64Array(values.length);
  for (const head of headsOf(dims, out.shape[1]!)) {
    for (let t = 0; t < head.context; t++) {
      const position = head.out + t * head.outStride;
      const mean = dot(incoming, position, floats(out), position, head.width);
      const normaliser = floats(logSumExp)[head.logSumExp + t]!;
      for (let s = 0; s <= t; s++) {
        const weight = Math.exp(scoreOf(values, head, t, s) - normaliser);
        const dWeight = dot(incoming, position, values, head.value + s * head.stride, head.width);
        const dScore = (weight * (dWeight - mean)) / Math.sqrt(head.width);
        const query = head.query + t * head.stride;
        const key = head.key + s * head.stride;
        addMultiple(gradient, query, dScore, values, key, head.width);
        addMultiple(gradient, key, dScore, values, query, head.width);
        addMultiple(gradient, head.value + s * head.stride, weight, incoming, position, head.width);
      }
    }
  }
  floats(dQkv).set(gradient);
}

function dot(a: Floats, aStart: number, b: Floats, bStart: number, width: number): number {
  let total = 0;
  for (let j = 0; j < width; j++) total += a[aStart + j]! * b[bStart + j]!;
  return total;
}

function addMultiple(out: Float64Array, start: number, factor: number, a: Floats, aStart: number, width: number): void {
  for (let j = 0; j < width; j++) out[start + j] = out[start + j]! + factor * a[aStart + j]!;
}

function headsOf({ batch, context, heads, queries = context }: AttentionDims, D: number): Head[] {
  const width = D / heads;
  return Array.from({ length: batch * heads }, (_, index) => {
    const head = index % heads;
    const start = ((index - head) / heads) * context;
    const outStart = ((index - head) / heads) * queries;
    const query = start * 3 * D + head * width;
    return {
      query,
      key: query + D,
      value: query + 2 * D,
      stride: 3 * D,
      out: outStart * D + head * width,
      outStride: D,
      logSumExp: index * queries,
      context,
      first: context - queries,
      width,
    };
  });
}
