import { spreadContexts } from "../text/contexts.ts";
import type { CodeBatch, PackedCodes } from "./scan-codes.ts";

// Dimensions: T context length.

/** The codes of some of the searched contexts, token by token. */
export interface CodeSample extends PackedCodes {
  /** Places of the contexts in the list of those that are searched, ascending. */
  readonly contexts: Uint32Array;
  readonly contextLength: number;
}

/** Gathers a sample batch by batch. */
export interface CodeSampler {
  add(codes: CodeBatch): void;
  /** The sample; it is complete once all batches were added. */
  finish(): CodeSample;
}

/** Keeps the codes of `sampled` contexts, spread evenly over the `contexts` that are searched. */
export function createCodeSampler(contexts: number, sampled: number, T: number, features: number): CodeSampler {
  const chosen = Uint32Array.from(spreadContexts(contexts, sampled));
  const IdArray = features <= 65_536 ? Uint16Array : Uint32Array;
  const rowStarts = new Uint32Array(sampled * T + 1);
  let ids = new IdArray(1 << 12);
  let values = new Float32Array(ids.length);
  let next = 0;
  let rows = 0;
  const reserve = (entries: number): void => {
    if (entries <= ids.length) return;
    const size = Math.max(entries, 2 * ids.length);
    const [grownIds, grownValues] = [new IdArray(size), new Float32Array(size)];
    grownIds.set(ids);
    grownValues.set(values);
    ids = grownIds;
    values = grownValues;
  };
  return {
    add: (codes) => {
      for (; next < sampled && chosen[next]! < codes.firstContext + codes.contexts; next++) {
        const first = (chosen[next]! - codes.firstContext) * T;
        const [start, end] = [codes.rowStarts[first]!, codes.rowStarts[first + T]!];
        const at = rowStarts[rows]!;
        reserve(at + end - start);
        ids.set(codes.features.subarray(start, end), at);
        values.set(codes.values.subarray(start, end), at);
        for (let row = 1; row <= T; row++) rowStarts[rows + row] = at + codes.rowStarts[first + row]! - start;
        rows += T;
      }
    },
    finish: () => {
      const entries = rowStarts[rows]!;
      return {
        contexts: chosen,
        contextLength: T,
        rowStarts,
        features: ids.slice(0, entries),
        values: values.slice(0, entries),
      };
    },
  };
}

/** Sum and sum of squares of each feature's activation over a sample. */
export interface FeatureSums {
  readonly sums: Float64Array; // [features]
  readonly squares: Float64Array; // [features]
}

/** The sums over a sample that correlations need. */
export function sumFeatures({ features: ids, values }: CodeSample, features: number): FeatureSums {
  const sums = new Float64Array(features);
  const squares = new Float64Array(features);
  for (let entry = 0; entry < ids.length; entry++) {
    const value = values[entry]!;
    sums[ids[entry]!] = sums[ids[entry]!]! + value;
    squares[ids[entry]!] = squares[ids[entry]!]! + value * value;
  }
  return { sums, squares };
}
