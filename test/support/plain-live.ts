import type { ErrorTerm, Intervention } from "../../src/steering/intervention.ts";
import { plainLogSoftmax } from "./plain-transformer.ts";
import type { PlainSubject } from "./tiny-live-subject.ts";

/** Changes one activation vector, given its position in the text. */
export type PlainChange = (x: readonly number[], position: number) => number[];

/** The change that interventions make, by the formulas of the two error terms. */
export function plainSteering(
  plain: Pick<PlainSubject, "encode" | "decode" | "direction">,
  interventions: readonly Intervention[],
  errorTerm: ErrorTerm,
): PlainChange {
  return (x, position) => {
    const inForce = interventions.filter(({ span }) => span === null || (position >= span[0] && position < span[1]));
    const old = plain.encode(x);
    const [values, added] = [[...old], old.map(() => 0)];
    for (const one of inForce) {
      if (one.kind === "add") added[one.feature]! += one.amount;
      else values[one.feature] = one.kind === "pin" ? one.value : 0;
    }
    const moved = (vector: readonly number[], factors: readonly number[]) =>
      vector.map((value, j) => factors.reduce((sum, factor, i) => sum + factor * plain.direction(i)[j]!, value));
    if (errorTerm === "drop") return moved(plain.decode(values), added);
    return moved(
      x,
      values.map((value, i) => value - old[i]! + added[i]!),
    );
  };
}

/** The log-probability of each token of a text, cut into contexts that are seen alone; null for the first. */
export function plainLogProbabilities(
  plain: PlainSubject,
  ids: readonly number[],
  change: PlainChange = (x) => [...x],
): (number | null)[] {
  const T = plain.contextLength;
  const predictions: number[][] = [];
  for (let start = 0; start < ids.length; start += T) {
    const hook = plain.at((x, position) => change(x, start + position));
    predictions.push(...plain.logits(ids.slice(start, start + T), hook).map(plainLogSoftmax));
  }
  return ids.map((token, i) => (i === 0 ? null : predictions[i - 1]![token]!));
}

/** Log-probabilities of what may follow a text, of which the model sees the last context. */
export function plainNext(plain: PlainSubject, ids: readonly number[], change: PlainChange = (x) => [...x]): number[] {
  const window = ids.slice(-plain.contextLength);
  const hook = plain.at((x, position) => change(x, ids.length - window.length + position));
  return plainLogSoftmax(plain.logits(window, hook).at(-1)!);
}
