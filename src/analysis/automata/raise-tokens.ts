import type { TokenWeight } from "../../features/feature-record.ts";

/** Tokens kept of those that a feature raises. */
export const RAISED_TOKENS = 64;

/** The tokens that one feature makes likelier, those it raises most first; `weight` is how much probability they gain. */
export type RaisedTokens = readonly TokenWeight[];

/**
 * Which tokens gain probability where a feature adds `activation` times its logit weights to what `probabilities` say: with
 * q(t) ~ p(t) exp(activation v(t)), the tokens with the largest q - p above 0. Tokens of probability 0 stay out.
 */
export function raiseTokens(
  weights: Float32Array,
  probabilities: Float64Array,
  activation: number,
  limit = RAISED_TOKENS,
): RaisedTokens {
  const V = probabilities.length;
  let largest = Number.NEGATIVE_INFINITY;
  for (let token = 0; token < V; token++)
    if (probabilities[token]! > 0) largest = Math.max(largest, activation * weights[token]!);
  const raised = new Float64Array(V);
  let sum = 0;
  for (let token = 0; token < V; token++) {
    if (probabilities[token] === 0) continue;
    raised[token] = probabilities[token]! * Math.exp(activation * weights[token]! - largest);
    sum += raised[token]!;
  }
  for (let token = 0; token < V; token++) raised[token] = raised[token]! / sum - probabilities[token]!;
  return listLargest(raised, limit);
}

/** The largest values above 0, largest first; of equal ones the lower id. */
function listLargest(values: Float64Array, limit: number): TokenWeight[] {
  const best: TokenWeight[] = [];
  for (let token = 0; token < values.length; token++) {
    const weight = values[token]!;
    if (weight <= 0 || (best.length === limit && weight <= best.at(-1)!.weight)) continue;
    if (best.length === limit) best.pop();
    let at = best.length;
    while (at > 0 && weight > best[at - 1]!.weight) at--;
    best.splice(at, 0, { token, weight });
  }
  return best;
}
