import type { CodeBatch } from "../../features/scan-codes.ts";
import { boundShare } from "../bounded-interval.ts";
import type { AutomatonEdge } from "./automata.ts";
import { estimateRatio } from "./ratio-estimate.ts";
import type { WrittenEdges } from "./written-edges.ts";

/** How often the target of an edge fires on the token after one on which its source fires. */
export interface Following extends Pick<AutomatonEdge, "followed" | "interval" | "base" | "activation" | "together"> {
  /** Contexts in which the target follows. */
  readonly contexts: number;
}

/** Counts, batch by batch, how edges are followed. */
export interface EdgeFollower {
  add(codes: CodeBatch): void;
  /** How an edge was followed, by its place. */
  following(edge: number): Following;
}

/** Follows edges through text. Time: active features of each token times the edges from each. */
export function createEdgeFollower(edges: WrittenEdges, features: number, contextLength: number): EdgeFollower {
  const starts = indexSources(edges.sources, features);
  const ofEdges = createEdgeSums(edges.targets.length);
  const ofFeatures = createFeatureSums(features);
  const [now, next] = [new Uint8Array(features), new Float32Array(features)];
  const counts = { edges: new Uint32Array(edges.targets.length), sources: new Uint32Array(features) };
  const touched = { edges: [] as number[], sources: [] as number[] };
  let total = { contexts: 0, tokens: 0 };

  const addFiring = (feature: number, hasNext: boolean): void => {
    ofFeatures.firings[feature]! += 1;
    if (hasNext && counts.sources[feature]!++ === 0) touched.sources.push(feature);
    for (let edge = starts[feature]!; edge < starts[feature + 1]!; edge++) {
      const target = edges.targets[edge]!;
      if (now[target] === 1) ofEdges.together[edge]! += 1;
      const value = next[target]!;
      if (value === 0) continue;
      ofEdges.activations[edge]! += value;
      if (counts.edges[edge]!++ === 0) touched.edges.push(edge);
    }
  };
  const addRow = ({ rowStarts, features: ids, values }: CodeBatch, row: number, isLast: boolean): void => {
    const [start, end] = [rowStarts[row]!, rowStarts[row + 1]!];
    const stop = isLast ? end : rowStarts[row + 2]!;
    for (let entry = start; entry < end; entry++) now[ids[entry]!] = 1;
    for (let entry = end; entry < stop; entry++) {
      next[ids[entry]!] = values[entry]!;
      ofFeatures.following[ids[entry]!]! += 1;
    }
    for (let entry = start; entry < end; entry++) addFiring(ids[entry]!, !isLast);
    for (let entry = start; entry < end; entry++) now[ids[entry]!] = 0;
    for (let entry = end; entry < stop; entry++) next[ids[entry]!] = 0;
  };
  const endContext = (): void => {
    for (const edge of touched.edges.splice(0)) {
      const [y, x] = [counts.edges[edge]!, counts.sources[edges.sources[edge]!]!];
      counts.edges[edge] = 0;
      ofEdges.y[edge]! += y;
      ofEdges.yy[edge]! += y * y;
      ofEdges.xy[edge]! += x * y;
      ofEdges.xxxy[edge]! += x ** 3 * y;
      ofEdges.xxyy[edge]! += (x * y) ** 2;
      ofEdges.xyyy[edge]! += x * y ** 3;
      ofEdges.yyyy[edge]! += y ** 4;
      ofEdges.contexts[edge]! += 1;
    }
    for (const source of touched.sources.splice(0)) {
      const x = counts.sources[source]!;
      counts.sources[source] = 0;
      ofFeatures.x[source]! += x;
      ofFeatures.xx[source]! += x * x;
      ofFeatures.xxxx[source]! += x ** 4;
      ofFeatures.contexts[source]! += 1;
    }
    total = { contexts: total.contexts + 1, tokens: total.tokens + contextLength - 1 };
  };
  return {
    add: (codes) => {
      for (let row = 0; row < codes.contexts * contextLength; row++) {
        const isLast = (row + 1) % contextLength === 0;
        addRow(codes, row, isLast);
        if (isLast) endContext();
      }
    },
    following: (edge) => describeEdge(edges, edge, ofEdges, ofFeatures, total),
  };
}

/** Over contexts, of products of x (firings of the source with a token after them) and y (how many are followed by the target). */
function createEdgeSums(edges: number) {
  const zeros = () => new Float64Array(edges);
  const fourth = { xxxy: zeros(), xxyy: zeros(), xyyy: zeros(), yyyy: zeros() };
  return {
    y: zeros(),
    yy: zeros(),
    xy: zeros(),
    ...fourth,
    contexts: zeros(),
    together: zeros(),
    activations: zeros(),
  };
}

/** following: firings with a token before them. */
function createFeatureSums(features: number) {
  const zeros = () => new Float64Array(features);
  return { firings: zeros(), following: zeros(), x: zeros(), xx: zeros(), xxxx: zeros(), contexts: zeros() };
}

function describeEdge(
  { sources, targets }: WrittenEdges,
  edge: number,
  of: ReturnType<typeof createEdgeSums>,
  features: ReturnType<typeof createFeatureSums>,
  total: { readonly contexts: number; readonly tokens: number },
): Following {
  const [source, target] = [sources[edge]!, targets[edge]!];
  const { y, yy, xy, xxxy, xxyy, xyyy, yyyy } = of;
  const { x, xx, xxxx, firings, following, contexts } = features;
  const ratio = estimateRatio(
    {
      ...{ x: x[source]!, xx: xx[source]!, xxxx: xxxx[source]!, y: y[edge]!, yy: yy[edge]!, xy: xy[edge]! },
      ...{ xxxy: xxxy[edge]!, xxyy: xxyy[edge]!, xyyy: xyyy[edge]!, yyyy: yyyy[edge]! },
    },
    total.contexts,
  );
  const rarer = Math.min(firings[source]!, firings[target]!);
  return {
    followed: ratio.estimate,
    interval: boundShare(ratio, contexts[source]!),
    base: following[target]! / total.tokens,
    activation: y[edge] === 0 ? 0 : of.activations[edge]! / y[edge]!,
    together: rarer === 0 ? 0 : of.together[edge]! / rarer,
    contexts: of.contexts[edge]!,
  };
}

/** Where the edges of each feature begin; the sources are ascending. */
function indexSources(sources: Uint32Array, features: number): Uint32Array {
  const starts = new Uint32Array(features + 1);
  for (const source of sources) starts[source + 1]! += 1;
  for (let feature = 0; feature < features; feature++) starts[feature + 1]! += starts[feature]!;
  return starts;
}
