import type { CodeBatch } from "../../features/scan-codes.ts";

/** An edge between two features. */
export interface FeaturePair {
  readonly source: number;
  readonly target: number;
}

/** Counts, batch by batch, the tokens over which edges are followed. */
export interface EdgeTokenCounter {
  add(codes: CodeBatch): void;
  /** How often each token came after the source of an edge and made its target fire. */
  tokens(edge: number): ReadonlyMap<number, number>;
}

/** A counter for a few edges; time: active features times the edges from each. */
export function createEdgeTokenCounter(
  edges: readonly FeaturePair[],
  features: number,
  contextLength: number,
  tokenAt: (place: number) => number,
): EdgeTokenCounter {
  const counts = edges.map(() => new Map<number, number>());
  const from = Map.groupBy(edges.keys(), (edge) => edges[edge]!.source);
  const outgoing = Array.from({ length: features }, (_, feature) => from.get(feature));
  const next = new Uint8Array(features);
  const mark = ({ rowStarts, features: ids }: CodeBatch, row: number, value: 0 | 1): void => {
    for (let entry = rowStarts[row]!; entry < rowStarts[row + 1]!; entry++) next[ids[entry]!] = value;
  };
  const addRow = (codes: CodeBatch, row: number, nextToken: number): void => {
    mark(codes, row + 1, 1);
    for (let entry = codes.rowStarts[row]!; entry < codes.rowStarts[row + 1]!; entry++) {
      for (const edge of outgoing[codes.features[entry]!] ?? []) {
        if (next[edges[edge]!.target] === 0) continue;
        counts[edge]!.set(nextToken, (counts[edge]!.get(nextToken) ?? 0) + 1);
      }
    }
    mark(codes, row + 1, 0);
  };
  return {
    add: (codes) => {
      const first = codes.firstContext * contextLength;
      for (let row = 0; row < codes.contexts * contextLength; row++)
        if ((row + 1) % contextLength !== 0) addRow(codes, row, tokenAt(first + row + 1));
    },
    tokens: (edge) => counts[edge]!,
  };
}
