import type { AutomatonEdge } from "./automata.ts";
import type { EdgeFollower } from "./follow-edges.ts";
import type { WrittenEdges } from "./written-edges.ts";

/** Contexts in which an edge must be followed to be one. */
export const FEWEST_CONTEXTS = 5;

/**
 * The edges that hold by weights and in text: the source raises the target's rate, and the target follows it more often than it
 * follows any token (the lower end of the interval is above the base rate), in at least five contexts.
 */
export function listEdges({ sources, targets, written }: WrittenEdges, follower: EdgeFollower): AutomatonEdge[] {
  const edges: AutomatonEdge[] = [];
  for (let edge = 0; edge < targets.length; edge++) {
    const { contexts, ...following } = follower.following(edge);
    const { followed, base, interval } = following;
    if (interval[0] <= base || contexts < FEWEST_CONTEXTS) continue;
    const strength = Math.sqrt(written[edge]! * (followed - base));
    edges.push({ source: sources[edge]!, target: targets[edge]!, written: written[edge]!, strength, ...following });
  }
  return edges;
}
