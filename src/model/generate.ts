import { createRandomStream } from "../numerics/random.ts";
import { UserError } from "../numerics/user-error.ts";
import { logProbability, type Sampling, sampleToken } from "./sample-token.ts";
import { createTextReader } from "./text-reader.ts";
import type { Hooks, Transformer } from "./transformer.ts";
import { computeLogits } from "./unembed.ts";

/** How a text is continued. */
export interface GenerateOptions extends Sampling {
  /** Tokens to draw. */
  readonly tokens: number;
  readonly seed: number;
  /** Interventions in force on every position, the prompt's too. */
  readonly hooks?: Hooks;
  /** Ends the text: drawn last. */
  readonly stopToken?: number;
  readonly signal?: AbortSignal;
}

/** One drawn token. */
export interface GeneratedToken {
  readonly token: number;
  /** In nats, under the model's own distribution: temperature 1, nothing cut off, hooks in force. */
  readonly logProbability: number;
}

/**
 * Continues a prompt of at least one token. Beyond the model's context length it sees the last contextLength tokens,
 * numbered from position 0 (`createTextReader`). The i-th draw is a function of (seed, i). A `UserError` where the logits are not
 * numbers, as after an intervention that is too strong.
 */
export async function* generate(
  model: Transformer,
  prompt: ArrayLike<number>,
  options: GenerateOptions,
): AsyncGenerator<GeneratedToken> {
  const { kernels, config } = model;
  if (prompt.length === 0) throw new UserError("the prompt is empty: give at least one token to go on from", 2);
  const random = createRandomStream(options.seed, "generate");
  const reader = createTextReader(model, options.hooks);
  const logits = kernels.create([1, config.vocabularySize]);
  let unread = Array.from(prompt);
  for (let index = 0; index < options.tokens; index++) {
    if (options.signal?.aborted) return;
    computeLogits(model, logits, reader.read(unread));
    const values = await kernels.read(logits);
    if (!values.every(Number.isFinite))
      throw new UserError("the model's logits are not finite: use weaker interventions, or train the model again");
    const token = sampleToken(values, options, random.uniform(index));
    unread = [token];
    yield { token, logProbability: logProbability(values, token) };
    if (token === options.stopToken) return;
  }
}
