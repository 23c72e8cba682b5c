/** An edge of a graph of states. */
export interface StateEdge {
  readonly source: number;
  readonly target: number;
  readonly strength: number;
}

/** A closed path through different states, beginning at the lowest number. */
export interface Cycle {
  readonly states: readonly number[];
  /** Geometric mean of the strengths of its edges. */
  readonly strength: number;
}

/** States of the longest cycles that are looked for. */
export const LONGEST_CYCLE = 4;

/**
 * All self-loops and cycles of up to four states that are stronger than every shorter cycle among their own states: of states that fire on
 * the same tokens the self-loop stands for all. Strongest first.
 */
export function findCycles(edges: readonly StateEdge[]): Cycle[] {
  const next = indexEdges(edges);
  const found: Cycle[] = [];
  for (const start of next.keys()) extend(next, [start], 1, found);
  return found.sort((a, b) => b.strength - a.strength || compareStates(a.states, b.states));
}

type Successors = ReadonlyMap<number, ReadonlyMap<number, number>>;

function indexEdges(edges: readonly StateEdge[]): Successors {
  const next = new Map<number, Map<number, number>>();
  for (const { source, target, strength } of edges) {
    const known = next.get(source);
    if (known === undefined) next.set(source, new Map([[target, strength]]));
    else known.set(target, strength);
  }
  return next;
}

/** Follows every edge from the path's end to its start or to states above it. */
function extend(next: Successors, path: readonly number[], product: number, found: Cycle[]): void {
  const start = path[0]!;
  for (const [target, strength] of next.get(path.at(-1)!) ?? []) {
    if (target === start) {
      const cycle = { states: path, strength: (product * strength) ** (1 / path.length) };
      if (isStrongest(next, cycle)) found.push(cycle);
    } else if (target > start && path.length < LONGEST_CYCLE && !path.includes(target))
      extend(next, [...path, target], product * strength, found);
  }
}

/** Whether no shorter cycle among the states is as strong. */
function isStrongest(next: Successors, { states, strength }: Cycle): boolean {
  return !hasStrongCycle(next, states, [], 1, states.length - 1, strength);
}

/** Whether a cycle of at most `longest` states, which begins with the path, is as strong as `strength`. */
function hasStrongCycle(
  next: Successors,
  states: readonly number[],
  path: readonly number[],
  product: number,
  longest: number,
  strength: number,
): boolean {
  if (path.length > 0) {
    const closing = next.get(path.at(-1)!)?.get(path[0]!);
    if (closing !== undefined && (product * closing) ** (1 / path.length) >= strength) return true;
  }
  if (path.length === longest) return false;
  return states.some((state) => {
    if (path.includes(state)) return false;
    const step = path.length === 0 ? 1 : next.get(path.at(-1)!)?.get(state);
    return step !== undefined && hasStrongCycle(next, states, [...path, state], product * step, longest, strength);
  });
}

function compareStates(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((state, place) => state !== b[place]);
  return a.length - b.length || (at === -1 ? 0 : a[at]! - b[at]!);
}
