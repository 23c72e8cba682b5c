import type { Automata, Automaton, AutomatonEdge, DescribedEdge, Walk } from "../../src/analysis/automata/automata.ts";
import type { Module } from "../../src/analysis/automata/modules.ts";

const NAMES = [
  { name: "base64", title: "base64 self-loop", states: [2] },
  { name: "snake-case", title: "SNAKE_CASE in upper case", states: null },
] as const;

function createEdge(source: number, target: number, strength: number): AutomatonEdge {
  const followed = 0.3 + strength;
  return {
    ...{ source, target, strength, written: 0.02, followed, interval: [followed - 0.05, followed + 0.05] as const },
    ...{ base: 0.01, activation: 1.5, together: source === target ? 1 : 0.1 },
  };
}

function createAutomaton(states: readonly number[], tokens: readonly number[], strength: number): Automaton {
  const describe = (source: number, place: number): DescribedEdge => ({
    ...createEdge(source, states[(place + 1) % states.length]!, strength),
    overRaised: 0.9,
    tokens: tokens.slice(0, 4).map((token, rank) => ({ token, raised: 0.01 / (rank + 1), count: 40 - rank })),
  });
  const walk = (first: number): Walk => {
    const shown = tokens.slice(first, first + 16);
    return {
      ...{ context: first, position: 3, document: 1, tokens: shown, from: 3, to: 13 },
      activations: states.map((_, state) =>
        shown.map((__, at) => (at >= 3 && at < 13 && (at - 3) % states.length === state ? 0.2 + 0.1 * state : 0)),
      ),
    };
  };
  const edges = states.map(describe);
  const modules = states.map((_, state) => (state === 0 ? 0 : -1));
  return { states, strength, edges, modules, walked: 120, longest: 10, walks: [walk(0), walk(40)] };
}

/** Automata of one to four states and modules as they may have been found in a text of these tokens. */
export function createFakeAutomata(tokens: readonly number[]): Automata {
  const automata = [[2], [3, 4], [1, 5, 6], [1, 2, 4, 6]].map((states, index) =>
    createAutomaton(states, tokens.slice(30 * index), 0.2 - 0.04 * index),
  );
  const module = (first: number): Module => ({
    ...{
      size: 30,
      features: [1, 2, 3, 4, 5, 6],
      density: 0.1,
      inside: 0.8,
      links: [{ module: 1 - first, share: 0.1 }],
    },
    tokens: tokens.slice(9 * first, 9 * first + 6).map((token, rank) => ({ token, count: 90 - rank, share: 0.7 })),
    examples: [0, 50].map((at) => ({
      ...{ context: at, position: 0, document: 0, tokens: tokens.slice(at, at + 12) },
      active: Array.from({ length: 12 }, (_, place) => (place * 5) % 7),
    })),
  });
  return {
    ...{ tokens: tokens.length, contexts: 64, layerNormScale: 0.5, alive: 100 },
    settings: { raisedTokens: 64, edgesPerFeature: 16, weakestEdge: 0.02, fewestContexts: 5 },
    edges: { count: 400, chance: [40, 51, 38] },
    cycles: [1, 1, 1, 1].map((count) => ({ count, chance: [0, 1, 0] })),
    automata,
    named: NAMES.map(({ name, title, states }) => ({
      ...{ name, title, classes: [{ title, tokens: 1234, features: 7 }], found: states !== null },
      best: states === null ? null : { states, strength: 0.2 },
    })),
    strongest: [createEdge(3, 4, 0.12), createEdge(4, 3, 0.11)],
    modules: {
      ...{ features: 60, links: 400, correlationTokens: tokens.length, modularity: 0.7 },
      ...{ chance: [0.3, 0.32, 0.31], count: 2, list: [module(0), module(1)] },
    },
  };
}
