import type { LiveEvent, LogProbabilities } from "../../src/live/live-event.ts";

/** A prompt and what was drawn after it, with the log-probability of each token in nats. */
export interface Sample {
  readonly tokens: readonly number[];
  readonly logProbabilities: LogProbabilities;
  /** Tokens of the prompt, its separator included. */
  readonly promptLength: number;
}

/** A sample with the next event of its stream. */
export function addToSample(sample: Sample | undefined, event: LiveEvent): Sample | undefined {
  if (event.kind === "prompt")
    return { tokens: event.tokens, logProbabilities: event.logProbabilities, promptLength: event.tokens.length };
  if (event.kind !== "token" || sample === undefined) return sample;
  return {
    ...sample,
    tokens: [...sample.tokens, event.token],
    logProbabilities: [...sample.logProbabilities, event.logProbability],
  };
}

/** Mean loss in nats of the tokens that were predicted; NaN where none was. */
export function meanLoss(logProbabilities: LogProbabilities): number {
  const known = logProbabilities.filter((value) => value !== null);
  return -known.reduce((sum, value) => sum + value, 0) / known.length;
}
