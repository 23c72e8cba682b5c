import { type CodeSample, sumFeatures } from "../../features/code-sample.ts";
import { createFeatureCorrelator } from "../../features/correlate-features.ts";
import { findCommunities } from "./find-communities.ts";
import { rewireLinks } from "./rewire-links.ts";
import { createWeightedGraph, type Link, measureModularity, type WeightedGraph } from "./weighted-graph.ts";

/** The graph of features that fire together, and its communities beside those of graphs drawn at random. */
export interface CoActivation {
  readonly graph: WeightedGraph;
  readonly links: number;
  readonly community: Uint32Array; // [features]
  readonly modularity: number;
  readonly chance: readonly number[];
}

/**
 * Links each living feature with those of its ten largest correlations of activation over a sample that are alive, and finds communities;
 * then the same in `draws` graphs with as many links at every feature.
 */
export function findCoActivation(
  sample: CodeSample,
  isAlive: Uint8Array,
  { seed, draws }: { readonly seed: number; readonly draws: number },
): CoActivation {
  const nodes = isAlive.length;
  const links = linkFeatures(sample, isAlive);
  const partition = (of: readonly Link[]) => {
    const graph = createWeightedGraph(nodes, of);
    const community = findCommunities(graph, seed);
    return { graph, community, modularity: measureModularity(graph, community) };
  };
  const chance = Array.from(
    { length: draws },
    (_, draw) => partition(rewireLinks(links, nodes, seed, draw)).modularity,
  );
  return { ...partition(links), links: links.length, chance };
}

function linkFeatures(sample: CodeSample, isAlive: Uint8Array): Link[] {
  const features = isAlive.length;
  const correlate = createFeatureCorrelator(sample, sumFeatures(sample, features));
  const links = new Map<number, Link>();
  for (let feature = 0; feature < features; feature++) {
    if (isAlive[feature] === 0) continue;
    for (const { index, pearson } of correlate(feature)) {
      if (isAlive[index] === 0) continue;
      const [a, b] = [Math.min(feature, index), Math.max(feature, index)];
      links.set(a * features + b, { a, b, weight: pearson });
    }
  }
  return [...links.values()];
}
