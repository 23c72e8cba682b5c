import { expect, test } from "vitest";
import { createRandomStream } from "../../numerics/random.ts";
import { findCommunities } from "./find-communities.ts";
import { findCycles, type StateEdge } from "./find-cycles.ts";
import { rewireLinks } from "./rewire-links.ts";
import { createWeightedGraph, type Link, measureModularity } from "./weighted-graph.ts";

/** Zachary's karate club: the best partition known has modularity 0.4198 (unweighted). */
const KARATE =
  "0-1 0-2 0-3 0-4 0-5 0-6 0-7 0-8 0-10 0-11 0-12 0-13 0-17 0-19 0-21 0-31 1-2 1-3 1-7 1-13 1-17 1-19 1-21 1-30 2-3 2-7 2-8 2-9 2-13 2-27 2-28 2-32 3-7 3-12 3-13 4-6 4-10 5-6 5-10 5-16 6-16 8-30 8-32 8-33 9-33 13-33 14-32 14-33 15-32 15-33 18-32 18-33 19-33 20-32 20-33 22-32 22-33 23-25 23-27 23-29 23-32 23-33 24-25 24-27 24-31 25-31 26-29 26-33 27-33 28-31 28-33 29-32 29-33 30-32 30-33 31-32 31-33 32-33"
    .split(" ")
    .map((pair): Link => {
      const [a, b] = pair.split("-").map(Number);
      return { a: a!, b: b!, weight: 1 };
    });

/** From the definition, over all pairs. */
function plainModularity(nodes: number, links: readonly Link[], community: ArrayLike<number>): number {
  const matrix = Array.from({ length: nodes }, () => new Float64Array(nodes));
  for (const { a, b, weight } of links) {
    matrix[a]![b]! += weight;
    matrix[b]![a]! += weight;
  }
  const degrees = matrix.map((row) => row.reduce((x, y) => x + y, 0));
  const total = degrees.reduce((x, y) => x + y, 0);
  let sum = 0;
  for (let i = 0; i < nodes; i++)
    for (let j = 0; j < nodes; j++)
      if (community[i] === community[j]) sum += matrix[i]![j]! - (degrees[i]! * degrees[j]!) / total;
  return sum / total;
}

test("modularity is what its definition says, with weights", () => {
  const random = createRandomStream(2, "links");
  const links = KARATE.map((link, i) => ({ ...link, weight: 0.1 + random.uniform(i) }));
  const community = Array.from({ length: 34 }, (_, node) => random.integer(100 + node, 4));
  const graph = createWeightedGraph(34, links);
  expect(measureModularity(graph, community)).toBeCloseTo(plainModularity(34, links, community), 12);
});

test("the communities of the karate club come within 0.01 of the best modularity known", () => {
  const graph = createWeightedGraph(34, KARATE);
  for (const seed of [1, 2, 3, 4, 5]) {
    const community = findCommunities(graph, seed);
    const modularity = measureModularity(graph, community);
    expect(modularity).toBeGreaterThan(0.4);
    expect(modularity).toBeLessThan(0.4199);
  }
  expect(findCommunities(graph, 1)).toEqual(findCommunities(graph, 1));
});

test("a planted partition is recovered, the largest community first, and chance finds less", () => {
  const sizes = [30, 22, 14, 9];
  const planted = sizes.flatMap((size, community) => Array.from({ length: size }, () => community));
  const random = createRandomStream(4, "planted");
  const links: Link[] = [];
  planted.forEach((own, a) => {
    for (let b = a + 1; b < planted.length; b++) {
      const draw = random.uniform(a * planted.length + b);
      if (draw < (own === planted[b] ? 0.5 : 0.02)) links.push({ a, b, weight: 0.5 + draw });
    }
  });
  const graph = createWeightedGraph(planted.length, links);
  const community = findCommunities(graph, 1);
  expect([...community]).toEqual(planted);
  const rewired = rewireLinks(links, planted.length, 1, 0);
  const degreesOf = (list: readonly Link[]) =>
    planted.map((_, node) => list.filter(({ a, b }) => a === node || b === node).length);
  expect(degreesOf(rewired)).toEqual(degreesOf(links));
  expect(rewired.every(({ a, b }) => a !== b)).toBe(true);
  expect(new Set(rewired.map(({ a, b }) => `${Math.min(a, b)} ${Math.max(a, b)}`)).size).toBe(links.length);
  expect(rewired.map(({ weight }) => weight)).toEqual(links.map(({ weight }) => weight));
  const byChance = createWeightedGraph(planted.length, rewired);
  expect(measureModularity(byChance, findCommunities(byChance, 1))).toBeLessThan(
    measureModularity(graph, community) - 0.2,
  );
});

test("a graph without links has a community for each node", () => {
  expect([...findCommunities(createWeightedGraph(3, []), 1)]).toEqual([0, 1, 2]);
});

/** All cycles from their definition: every ordered choice of states that begins with the lowest. */
function plainCycles(edges: readonly StateEdge[], nodes: number) {
  const strength = new Map(edges.map((edge) => [`${edge.source} ${edge.target}`, edge.strength]));
  const paths = (length: number): number[][] =>
    length === 0
      ? [[]]
      : paths(length - 1).flatMap((path) =>
          Array.from({ length: nodes }, (_, node) => node)
            .filter((node) => !path.includes(node) && (path.length === 0 || node > path[0]!))
            .map((node) => [...path, node]),
        );
  return [1, 2, 3, 4].flatMap(paths).flatMap((states) => {
    const steps = states.map((state, place) => strength.get(`${state} ${states[(place + 1) % states.length]}`));
    if (steps.some((step) => step === undefined)) return [];
    return [{ states, strength: steps.reduce<number>((product, step) => product * step!, 1) ** (1 / states.length) }];
  });
}

test("cycles are those that no shorter cycle among their states matches, the strongest first", () => {
  const random = createRandomStream(5, "edges");
  const nodes = 8;
  const edges: StateEdge[] = [];
  for (let source = 0; source < nodes; source++)
    for (let target = 0; target < nodes; target++)
      if (random.uniform(source * nodes + target) < 0.45)
        edges.push({ source, target, strength: 0.1 + random.uniform(100 + source * nodes + target) });
  const all = plainCycles(edges, nodes);
  const wanted = all.filter(({ states, strength }) =>
    all.every(
      (other) =>
        other.states.length >= states.length ||
        !other.states.every((state) => states.includes(state)) ||
        other.strength < strength,
    ),
  );
  const found = findCycles(edges);
  expect(found.length).toBe(wanted.length);
  expect(found.length).toBeGreaterThan(4);
  expect(new Set(found.map(({ states }) => states.join()))).toEqual(new Set(wanted.map(({ states }) => states.join())));
  const strengths = found.map(({ strength }) => strength);
  expect(strengths).toEqual(strengths.toSorted((a, b) => b - a));
});
