import type { CodeBatch } from "../../features/scan-codes.ts";
import type { CoActivation } from "./co-activation.ts";
import type { Module } from "./modules.ts";
import { createPairCounter } from "./pair-counts.ts";
import type { WeightedGraph } from "./weighted-graph.ts";

/** Modules that are described. */
export const LISTED_MODULES = 48;
const LISTED_FEATURES = 24;
const LISTED_TOKENS = 8;
const LISTED_LINKS = 3;
const EXAMPLES = 4;

/** Features of a module that must fire at once for the module to be there. */
const SEVERAL = 2;

/** What is seen of modules in text, batch by batch. */
export interface ModuleWatcher {
  add(codes: CodeBatch): void;
  /** What a module is like, but its examples; `features` are its own. */
  describe(module: number, features: readonly number[], graph: WeightedGraph): Omit<Module, "examples">;
  /** The places on which most of a module's features fire at once, one a context. */
  places(module: number): readonly number[];
}

/** Watches the first `modules` communities; time is linear in active features. */
export function createModuleWatcher(
  { community }: Pick<CoActivation, "community">,
  modules: number,
  {
    contextLength,
    vocabularySize,
    tokenAt,
  }: { contextLength: number; vocabularySize: number; tokenAt: (place: number) => number },
): ModuleWatcher {
  const active = new Uint32Array(modules);
  const firings = new Float64Array(modules);
  const occurrences = new Float64Array(vocabularySize);
  const counter = createPairCounter();
  const top = Array.from({ length: modules }, () => [] as { place: number; active: number }[]);
  const touched: number[] = [];
  let tokens = 0;
  let byToken: ReturnType<typeof counter.finish> | undefined;
  const addRow = ({ rowStarts, features }: CodeBatch, row: number, place: number): void => {
    for (let entry = rowStarts[row]!; entry < rowStarts[row + 1]!; entry++) {
      const module = community[features[entry]!]!;
      if (module < modules && active[module]!++ === 0) touched.push(module);
    }
    for (const module of touched.splice(0)) {
      const count = active[module]!;
      active[module] = 0;
      if (count < SEVERAL) continue;
      firings[module]! += 1;
      counter.add(module, tokenAt(place));
      offerPlace(top[module]!, { place, active: count }, contextLength);
    }
  };
  return {
    add: (codes) => {
      const first = codes.firstContext * contextLength;
      for (let row = 0; row < codes.contexts * contextLength; row++) {
        occurrences[tokenAt(first + row)]! += 1;
        addRow(codes, row, first + row);
      }
      tokens += codes.contexts * contextLength;
    },
    describe: (module, features, graph) => {
      byToken ??= counter.finish(modules);
      const rate = firings[module]! / tokens;
      const found = Array.from({ length: byToken.starts[module + 1]! - byToken.starts[module]! }, (_, i) => {
        const at = byToken!.starts[module]! + i;
        const [token, count] = [byToken!.columns[at]!, byToken!.counts[at]!];
        return { token, count, share: count / occurrences[token]! };
      });
      const telling = ({ count, share }: (typeof found)[number]) => count * Math.log(share / rate);
      return {
        size: features.length,
        features: rankMembers(features, community, module, graph).slice(0, LISTED_FEATURES),
        density: rate,
        ...measureLinks(features, community, module, graph),
        tokens: found.sort((a, b) => telling(b) - telling(a) || a.token - b.token).slice(0, LISTED_TOKENS),
      };
    },
    places: (module) => top[module]!.map(({ place }) => place),
  };
}

/** Keeps the places with most active features; of a context the best, of equal ones the first. */
function offerPlace(
  top: { place: number; active: number }[],
  found: { place: number; active: number },
  contextLength: number,
): void {
  if (top.length === EXAMPLES && found.active <= top.at(-1)!.active) return;
  const context = (place: number) => Math.floor(place / contextLength);
  const same = top.findIndex(({ place }) => context(place) === context(found.place));
  if (same !== -1) {
    if (top[same]!.active >= found.active) return;
    top.splice(same, 1);
  }
  const at = top.findIndex(({ active }) => active < found.active);
  top.splice(at === -1 ? top.length : at, 0, found);
  if (top.length > EXAMPLES) top.pop();
}

/** Members by the weight of their links within the module. */
function rankMembers(
  features: readonly number[],
  community: Uint32Array,
  module: number,
  { starts, neighbours, weights }: WeightedGraph,
): number[] {
  const within = new Map(
    features.map((feature) => {
      let sum = 0;
      for (let at = starts[feature]!; at < starts[feature + 1]!; at++)
        if (community[neighbours[at]!] === module) sum += weights[at]!;
      return [feature, sum];
    }),
  );
  return features.toSorted((a, b) => within.get(b)! - within.get(a)! || a - b);
}

function measureLinks(
  features: readonly number[],
  community: Uint32Array,
  module: number,
  { starts, neighbours, weights }: WeightedGraph,
): Pick<Module, "inside" | "links"> {
  const sums = new Map<number, number>();
  let total = 0;
  for (const feature of features) {
    for (let at = starts[feature]!; at < starts[feature + 1]!; at++) {
      const other = community[neighbours[at]!]!;
      sums.set(other, (sums.get(other) ?? 0) + weights[at]!);
      total += weights[at]!;
    }
  }
  const others = [...sums].filter(([other]) => other !== module).sort(([a, x], [b, y]) => y - x || a - b);
  return {
    inside: total === 0 ? 0 : (sums.get(module) ?? 0) / total,
    links: others.slice(0, LISTED_LINKS).map(([other, weight]) => ({ module: other, share: weight / total })),
  };
}
