import type { Automata, Automaton, AutomatonEdge, DescribedEdge, EdgeToken, NamedFinding, Walk } from "./automata.ts";
import type { CoActivation } from "./co-activation.ts";
import { createEdgeTokenCounter } from "./count-edge-tokens.ts";
import { createModuleWatcher, LISTED_MODULES, type ModuleWatcher } from "./describe-modules.ts";
import { type Cycle, LONGEST_CYCLE } from "./find-cycles.ts";

import type { Module, Modules } from "./modules.ts";
import { readActivations, readStretch } from "./read-stretch.ts";
import type { Search } from "./search.ts";
import { type AutomatonWalker, createAutomatonWalker, type FoundWalk } from "./walk-automata.ts";
import type { Writing } from "./writers.ts";

/** Automata listed of each length. */
const LISTED = 24;
const EDGE_TOKENS = 8;
const WALK = { around: 3, longest: 48 };
const EXAMPLE = { around: 8, longest: 17 };

/** What was found by weights and by following edges. */
export interface Found {
  readonly edges: readonly AutomatonEdge[];
  /** Strongest first. */
  readonly cycles: readonly Cycle[];
  readonly named: readonly NamedFinding[];
  readonly writing: Writing;
  readonly coActivation: CoActivation & { readonly tokens: number };
  readonly isAlive: Uint8Array;
}

/** Describes the strongest automata of each length, those that the paper names, and the modules, from a last pass over the text. */
export async function* listAutomata(
  search: Search,
  found: Found,
): AsyncGenerator<number, Pick<Automata, "automata" | "modules">> {
  const { options, scan, text, tokenAt } = search;
  const { features } = options.dictionary;
  const { contextLength } = text;
  const { vocabularySize } = options.model.config;
  const members = listMembers(found);
  const listed = chooseCycles(found);
  const edges = listed.flatMap(({ states }) => listSteps(states));
  const walker = createAutomatonWalker(
    listed.map(({ states }) => states),
    features,
    contextLength,
  );
  const counter = createEdgeTokenCounter(edges, features, contextLength, tokenAt);
  const watcher = createModuleWatcher(found.coActivation, Math.min(members.length, LISTED_MODULES), {
    ...{ contextLength, vocabularySize, tokenAt },
  });
  for (let index = 0; index < scan.batches; index++) {
    const codes = await scan.batch(index);
    for (const part of [walker, counter, watcher]) part.add(codes);
    yield 0.85 + (0.15 * (index + 1)) / scan.batches;
  }
  const describe = createEdgeDescriber(found, (edge) => counter.tokens(edge));
  const automata: Automaton[] = [];
  let place = 0;
  for (const [index, { states, strength }] of listed.entries()) {
    const described = listSteps(states).map((step) => describe(step, place++));
    const modules = states.map((state) => findModule(found.coActivation, members, state));
    automata.push({ states, strength, edges: described, modules, ...(await readWalks(search, walker, index, states)) });
  }
  return { automata, modules: await describeModules(search, found, members, watcher) };
}

/** The strongest cycles of each length, and those that have a name. */
function chooseCycles({ cycles, named }: Found): Cycle[] {
  const chosen = Array.from({ length: LONGEST_CYCLE }, (_, index) =>
    cycles.filter(({ states }) => states.length === index + 1).slice(0, LISTED),
  ).flat();
  const known = new Set(chosen.map(({ states }) => states.join()));
  const others = named.flatMap(({ best, found }) =>
    found && best !== null && !known.has(best.states.join()) ? [best] : [],
  );
  const all = new Map([...chosen, ...others].map((cycle) => [cycle.states.join(), cycle]));
  return [...all.values()].sort((a, b) => b.strength - a.strength);
}

/** The edges of a cycle, each from a state to the next. */
function listSteps(states: readonly number[]): { readonly source: number; readonly target: number }[] {
  return states.map((source, place) => ({ source, target: states[(place + 1) % states.length]! }));
}

function createEdgeDescriber({ edges, writing }: Found, tokensOf: (edge: number) => ReadonlyMap<number, number>) {
  const byEnds = new Map(edges.map((edge) => [`${edge.source} ${edge.target}`, edge]));
  const raisedBy = new Map(writing.writers.map(({ feature, raised }) => [feature, raised]));
  return ({ source, target }: { source: number; target: number }, place: number): DescribedEdge => {
    const counts = tokensOf(place);
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const over: EdgeToken[] = raisedBy
      .get(source)!
      .map(({ token, weight }) => ({ token, raised: weight, count: counts.get(token) ?? 0 }));
    return {
      ...byEnds.get(`${source} ${target}`)!,
      overRaised: all === 0 ? 0 : over.reduce((sum, { count }) => sum + count, 0) / all,
      tokens: over.sort((a, b) => b.count - a.count || b.raised - a.raised).slice(0, EDGE_TOKENS),
    };
  };
}

async function readWalks(
  { scan, text }: Search,
  walker: AutomatonWalker,
  automaton: number,
  states: readonly number[],
): Promise<Pick<Automaton, "walked" | "longest" | "walks">> {
  const { walked, longest } = walker.walks(automaton);
  const read = async ({ first, length }: FoundWalk): Promise<Walk> => {
    const { first: shown, ...stretch } = readStretch(text, first, length, WALK);
    const activations = await readActivations(scan, { first: shown, ...stretch }, text.contextLength, states);
    const to = Math.min(first - shown + length, stretch.tokens.length);
    return { ...stretch, activations, from: first - shown, to };
  };
  const walks: Walk[] = [];
  for (const walk of longest) walks.push(await read(walk));
  return { walked, longest: longest[0]?.length ?? 0, walks };
}

/** The living features of each community of two or more, the largest first. */
function listMembers({ coActivation, isAlive }: Found): number[][] {
  const members: number[][] = [];
  coActivation.community.forEach((community, feature) => {
    if (isAlive[feature] === 0) return;
    const known = members[community];
    if (known === undefined) members[community] = [feature];
    else known.push(feature);
  });
  // Communities are numbered by size: those of a single feature come last.
  return members.filter((features) => features.length > 1);
}

function findModule({ community }: CoActivation, members: readonly unknown[], feature: number): number {
  return community[feature]! < Math.min(members.length, LISTED_MODULES) ? community[feature]! : -1;
}

async function describeModules(
  { scan, text }: Search,
  { coActivation }: Found,
  members: readonly (readonly number[])[],
  watcher: ModuleWatcher,
): Promise<Modules> {
  const { graph, links, tokens, modularity, chance } = coActivation;
  const list: Module[] = [];
  for (const [module, features] of members.slice(0, LISTED_MODULES).entries()) {
    const examples: Module["examples"][number][] = [];
    for (const place of watcher.places(module)) {
      const { first, ...stretch } = readStretch(text, place, 1, EXAMPLE);
      const activations = await readActivations(scan, { first, ...stretch }, text.contextLength, features);
      const active = stretch.tokens.map((_, i) => activations.filter((values) => values[i]! > 0).length);
      examples.push({ ...stretch, active });
    }
    list.push({ ...watcher.describe(module, features, graph), examples });
  }
  return {
    features: members.reduce((sum, features) => sum + features.length, 0),
    links,
    correlationTokens: tokens,
    modularity,
    chance,
    count: members.length,
    list,
  };
}
