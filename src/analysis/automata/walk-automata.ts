import type { CodeBatch } from "../../features/scan-codes.ts";

/** A stretch of text in which the states of an automaton fire one after another. */
export interface FoundWalk {
  /** Place of the first token among the searched ones, and the number of tokens. */
  readonly first: number;
  readonly length: number;
}

/** Looks, batch by batch, for text that goes round automata. */
export interface AutomatonWalker {
  add(codes: CodeBatch): void;
  /** How often text goes round an automaton, and its longest walks, at most one a context, the longest first. */
  walks(automaton: number): { readonly walked: number; readonly longest: readonly FoundWalk[] };
}

const WALKS = 3;

/**
 * Follows each automaton through text: a walk is a longest stretch on whose tokens its states fire in turn, and counts if it comes back to
 * the state it began with. Time: active features times the automata that they are states of.
 */
export function createAutomatonWalker(
  automata: readonly (readonly number[])[],
  features: number,
  contextLength: number,
): AutomatonWalker {
  const slots = indexStates(automata, features);
  const found = automata.map(() => ({ walked: 0, end: -1, longest: [] as FoundWalk[] }));
  let runs = new Uint32Array(slots.count);
  let before = new Uint32Array(slots.count);
  let [active, activeBefore]: [number[], number[]] = [[], []];

  const endRun = (slot: number, end: number): void => {
    const automaton = slots.automaton[slot]!;
    const length = before[slot]!;
    if (length <= automata[automaton]!.length) return;
    const known = found[automaton]!;
    // States that fire on the same tokens end several walks at once, which are one.
    if (known.end !== end) known.walked += 1;
    known.end = end;
    offerWalk(known.longest, { first: end - length, length }, contextLength);
  };
  const step = (codes: CodeBatch, row: number, place: number): void => {
    for (let entry = codes.rowStarts[row]!; entry < codes.rowStarts[row + 1]!; entry++) {
      const feature = codes.features[entry]!;
      for (let at = slots.starts[feature]!; at < slots.starts[feature + 1]!; at++) {
        const slot = slots.order[at]!;
        runs[slot] = before[slots.previous[slot]!]! + 1;
        active.push(slot);
      }
    }
    for (const slot of activeBefore) {
      // A run ends where its next state does not fire.
      if (runs[slots.next[slot]!] === 0) endRun(slot, place);
      before[slot] = 0;
    }
    [runs, before] = [before, runs];
    [active, activeBefore] = [activeBefore, active];
    active.length = 0;
  };
  const endContext = (place: number): void => {
    for (const slot of activeBefore) {
      endRun(slot, place);
      before[slot] = 0;
    }
    activeBefore.length = 0;
  };
  return {
    add: (codes) => {
      const first = codes.firstContext * contextLength;
      for (let row = 0; row < codes.contexts * contextLength; row++) {
        step(codes, row, first + row);
        if ((row + 1) % contextLength === 0) endContext(first + row + 1);
      }
    },
    walks: (automaton) => found[automaton]!,
  };
}

/** Keeps the longest walks; of a context the longest. */
function offerWalk(longest: FoundWalk[], walk: FoundWalk, contextLength: number): void {
  const context = (of: FoundWalk) => Math.floor(of.first / contextLength);
  const same = longest.findIndex((known) => context(known) === context(walk));
  if (same !== -1) {
    if (longest[same]!.length >= walk.length) return;
    longest.splice(same, 1);
  }
  const at = longest.findIndex((known) => known.length < walk.length);
  longest.splice(at === -1 ? longest.length : at, 0, walk);
  if (longest.length > WALKS) longest.pop();
}

/** A slot for each state of each automaton; the slots of feature f are order[starts[f]] to before order[starts[f + 1]]. */
function indexStates(automata: readonly (readonly number[])[], features: number) {
  const states = automata.flat();
  const starts = new Uint32Array(features + 1);
  for (const state of states) starts[state + 1]! += 1;
  for (let feature = 0; feature < features; feature++) starts[feature + 1]! += starts[feature]!;
  const order = Uint32Array.from(states.keys()).sort((a, b) => states[a]! - states[b]! || a - b);
  const firsts = [0];
  for (const of of automata) firsts.push(firsts.at(-1)! + of.length);
  const turn = (by: number) =>
    Uint32Array.from(
      automata.flatMap((of, a) => of.map((_, place) => firsts[a]! + ((place + by + of.length) % of.length))),
    );
  return {
    count: states.length,
    starts,
    order,
    automaton: Uint32Array.from(automata.flatMap((of, a) => of.map(() => a))),
    previous: turn(-1),
    next: turn(1),
  };
}
