import type { Example } from "../../src/features/feature-record.ts";

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
