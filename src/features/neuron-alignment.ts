import { excessKurtosis } from "../numerics/excess-kurtosis.ts";
import type { DirectionShape, NeuronWeight } from "./feature-record.ts";

const NEURONS_LISTED = 3;
const ENTRIES_RANKED = 10;

/** What a direction says by itself: its largest entries, and how much of it they are. */
export interface Alignment {
  readonly neurons: NeuronWeight[];
  readonly direction: DirectionShape;
}

/**
 * The three entries of a direction that are largest by absolute value with their shares of its L1 norm, ties by index, and its
 * sparsity: the largest entry's share of the squared norm, that of the next nine, and the entries' kurtosis (Nanda).
 */
export function alignWithNeurons(direction: Float32Array): Alignment {
  let norm = 0;
  let squares = 0;
  const largest: number[] = [];
  for (let i = 0; i < direction.length; i++) {
    const size = Math.abs(direction[i]!);
    norm += size;
    squares += size * size;
    if (largest.length === ENTRIES_RANKED && size <= Math.abs(direction[largest[ENTRIES_RANKED - 1]!]!)) continue;
    let at = largest.length;
    while (at > 0 && size > Math.abs(direction[largest[at - 1]!]!)) at--;
    largest.splice(at, 0, i);
    if (largest.length > ENTRIES_RANKED) largest.pop();
  }
  const neurons = largest.slice(0, NEURONS_LISTED).map((index) => {
    const weight = direction[index]!;
    return { index, weight, shareOfL1: norm > 0 ? Math.abs(weight) / norm : 0 };
  });
  const share = (indices: readonly number[]) =>
    squares > 0 ? indices.reduce((sum, index) => sum + direction[index]! ** 2, 0) / squares : 0;
  const [topShare, nextShare] = [share(largest.slice(0, 1)), share(largest.slice(1))];
  return { neurons, direction: { topShare, nextShare, kurtosis: excessKurtosis(direction) } };
}
