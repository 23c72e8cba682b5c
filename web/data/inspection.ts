import type { Example } from "../../src/features/feature-record.ts";
import type { ShownGroup } from "./example-groups.ts";

/** The tokens of an example someone points at; more than one where only together they make a character. */
export interface Inspection {
  readonly example: Example;
  /** Places within the example's window: from `start`, up to but not including `end`. */
  readonly start: number;
  readonly end: number;
}

/** The largest activation on the tokens someone points at. */
export function inspectedActivation({ example, start, end }: Inspection): number {
  return Math.max(...example.activations.slice(start, end));
}

/** The same tokens of the same example once more or something else is known of it; undefined where it is gone. */
export function followInspection(
  { example, start, end }: Inspection,
  before: readonly ShownGroup[],
  after: readonly ShownGroup[],
): Inspection | undefined {
  const group = before.find(({ examples }) => examples.includes(example));
  const number = group?.examples.indexOf(example) ?? -1;
  const next = after.find(({ name }) => name === group?.name)?.examples[number];
  if (next === undefined || next.context !== example.context || next.position !== example.position) return undefined;
  const moved = (next.tokens.length - example.tokens.length) / 2;
  return { example: next, start: start + moved, end: end + moved };
}
