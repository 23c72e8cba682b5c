import type { CodeSide } from "./match-activations.ts";
import { CONCEPT_FIRINGS, CONCEPT_PRECISION } from "./splitting.ts";

/** A proxy with what it says of the tokens that are read. */
export interface ConceptTruth {
  readonly proxy: string;
  readonly title: string;
  readonly truth: Uint8Array; // [tokens]
}

/** Of each concept, on how many of its tokens each feature fires [concepts][features]. Yields the share that is done. */
export async function* countConceptHits(
  { scan, features }: CodeSide,
  concepts: readonly ConceptTruth[],
): AsyncGenerator<number, readonly Float64Array[]> {
  const hits = concepts.map(() => new Float64Array(features));
  let token = 0;
  for (let index = 0; index < scan.batches; index++) {
    const { rowStarts, features: fired } = await scan.batch(index);
    for (let row = 0; row + 1 < rowStarts.length; row++, token++) {
      for (const [place, { truth }] of concepts.entries()) {
        if (truth[token] === 0) continue;
        for (let entry = rowStarts[row]!; entry < rowStarts[row + 1]!; entry++) hits[place]![fired[entry]!]! += 1;
      }
    }
    yield (index + 1) / scan.batches;
  }
  return hits;
}

/** The features that are a concept's: those whose precision for it is high enough over enough tokens, the highest first. */
export function listConceptFeatures(hits: Float64Array, firings: Float64Array): number[] {
  const precision = (feature: number) => hits[feature]! / firings[feature]!;
  const belongs = (feature: number) => firings[feature]! >= CONCEPT_FIRINGS && precision(feature) >= CONCEPT_PRECISION;
  return [...firings.keys()].filter(belongs).sort((a, b) => precision(b) - precision(a) || a - b);
}
