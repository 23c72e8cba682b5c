import { createRandomStream } from "../../numerics/random.ts";
import type { Link } from "./weighted-graph.ts";

/** Swaps tried for each link. */
const SWAPS = 10;

/**
 * The same number of links at every node, between partners drawn at random: ends of two links are exchanged again and again, where that
 * makes no link twice and none from a node to itself (Maslov and Sneppen 2002). Weights stay with their places in the list.
 */
export function rewireLinks(links: readonly Link[], nodes: number, seed: number, draw: number): Link[] {
  const random = createRandomStream(seed, "rewire", draw);
  const ends = links.map(({ a, b }) => [a, b] as const);
  const name = (a: number, b: number) => Math.min(a, b) * nodes + Math.max(a, b);
  const known = new Set(ends.map(([a, b]) => name(a, b)));
  for (let attempt = 0; attempt < SWAPS * links.length; attempt++) {
    const [i, j] = [random.integer(3 * attempt, links.length), random.integer(3 * attempt + 1, links.length)];
    const [a, b] = ends[i]!;
    const [c, d] = random.bits(3 * attempt + 2) % 2 === 0 ? ends[j]! : ends[j]!.toReversed();
    const [one, other] = [name(a, d!), name(c!, b)];
    if (a === d || c === b || one === other || known.has(one) || known.has(other)) continue;
    known.delete(name(a, b));
    known.delete(name(c!, d!));
    known.add(one).add(other);
    ends[i] = [a, d!];
    ends[j] = [c!, b];
  }
  return links.map(({ weight }, place) => ({ a: ends[place]![0], b: ends[place]![1], weight }));
}
