import { z } from "zod";

/** How the next token is drawn from the model's logits. */
export const samplingSchema = z.strictObject({
  temperature: z.number().min(0).default(1).describe("divides the logits; 0 always takes the likeliest token"),
  topK: z.int().min(0).default(0).describe("draw among this many likeliest tokens; 0 for all"),
  topP: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe("draw among the fewest likeliest tokens with this probability in all"),
});

export type Sampling = z.infer<typeof samplingSchema>;

/**
 * Draws a token by a uniform number in [0, 1): tokens in falling order of probability, cut by `topK` and then by `topP` (the
 * token that crosses it is kept), renormalised. Equal logits are ordered by index.
 */
export function sampleToken(logits: Float32Array, sampling: Sampling, uniform: number): number {
  const order = Array.from(logits.keys()).sort((a, b) => logits[b]! - logits[a]! || a - b);
  if (sampling.temperature === 0) return order[0]!;
  const candidates = sampling.topK > 0 ? order.slice(0, sampling.topK) : order;
  const highest = logits[order[0]!]!;
  const weights = candidates.map((token) => Math.exp((logits[token]! - highest) / sampling.temperature));
  const kept = countNucleus(weights, sampling.topP);
  let remaining = uniform * sum(weights.slice(0, kept));
  for (let rank = 0; rank < kept - 1; rank++) {
    remaining -= weights[rank]!;
    if (remaining < 0) return candidates[rank]!;
  }
  return candidates[kept - 1]!;
}

/** log softmax(logits)[token] in nats. */
export function logProbability(logits: Float32Array, token: number): number {
  const highest = logits.reduce((best, logit) => Math.max(best, logit), Number.NEGATIVE_INFINITY);
  const total = logits.reduce((partial, logit) => partial + Math.exp(logit - highest), 0);
  return logits[token]! - highest - Math.log(total);
}

function countNucleus(weights: readonly number[], topP: number): number {
  const wanted = topP * sum(weights);
  let reached = 0;
  for (let rank = 0; rank < weights.length; rank++) {
    reached += weights[rank]!;
    if (reached >= wanted) return rank + 1;
  }
  return weights.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
