import { expect } from "vitest";

/** How far a figure may be from another: absolute + relative * |wanted|. */
export interface Closeness {
  readonly relative: number;
  readonly absolute: number;
}

/** Fails, naming the figure, where it is too far from what is wanted. */
export function expectClose(got: number, wanted: number, { relative, absolute }: Closeness, what: string): void {
  const isClose = Math.abs(got - wanted) <= absolute + relative * Math.abs(wanted);
  expect(isClose, `${what}: got ${got}, wanted ${wanted}`).toBe(true);
}

/** An entry of a list of the ten with the largest scores. */
export interface Ranked {
  readonly index: number;
  readonly value: number;
}

/** Fails unless the list holds the ten largest scores, largest first, each with its value; near ties may change places. */
export function expectRanking(
  got: readonly Ranked[],
  wanted: readonly (Ranked & { readonly score: number })[],
  closeness: Closeness,
  what: string,
): void {
  const sorted = wanted.toSorted((a, b) => b.score - a.score).slice(0, 10);
  expect(got.length, what).toBe(sorted.length);
  got.forEach(({ index, value }, place) => {
    const own = wanted.find((entry) => entry.index === index)!;
    expectClose(value, own.value, closeness, `${what}, place ${place}`);
    expectClose(own.score, sorted[place]!.score, closeness, `${what}, place ${place}`);
  });
}
