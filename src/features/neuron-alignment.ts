import type { NeuronWeight } from "./feature-record.ts";

const NEURONS_LISTED = 3;

/** The three entries of a direction that are largest by absolute value, and their shares of its L1 norm; ties by index. */
export function alignWithNeurons(direction: Float32Array): NeuronWeight[] {
  let norm = 0;
  const largest: number[] = [];
  for (let i = 0; i < direction.length; i++) {
    const size = Math.abs(direction[i]!);
    norm += size;
    let at = largest.length;
    while (at > 0 && size > Math.abs(direction[largest[at - 1]!]!)) at--;
    if (at < NEURONS_LISTED) largest.splice(at, 0, i);
    if (largest.length > NEURONS_LISTED) largest.pop();
  }
  return largest.map((index) => {
    const weight = direction[index]!;
    return { index, weight, shareOfL1: norm > 0 ? Math.abs(weight) / norm : 0 };
  });
}
