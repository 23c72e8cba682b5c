import { createRandomStream } from "../numerics/random.ts";
import { UserError } from "../numerics/user-error.ts";
import { logProbability, type Sampling, sampleToken } from "./sample-token.ts";
import { forward, type Hooks, type Transformer } from "./transformer.ts";
import { computeLogits } from "./unembed.ts";
import { createWorkspace } from "./workspace.ts";

/** How a text is continued. */
export interface GenerateOptions extends Sampling {
  /** Tokens to draw. */
  readonly tokens: number;
  readonly seed: number;
  /** Interventions in force at every step, on every position of the window. */
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
 * numbered from position 0. The i-th draw is a function of (seed, i).
 */
export async function* generate(
  model: Transformer,
  prompt: ArrayLike<number>,
  options: GenerateOptions,
): AsyncGenerator<GeneratedToken> {
  const { kernels, config } = model;
  const { contextLength: T, vocabularySize: V } = config;
  if (prompt.length === 0) throw new UserError("the prompt is empty: give at least one token to go on from", 2);
  const random = createRandomStream(options.seed, "generate");
  const workspace = createWorkspace(model, 1);
  const tokens = kernels.create([T], "int32");
  const logits = kernels.create([1, V]);
  const text = Array.from(prompt);
  for (let index = 0; index < options.tokens; index++) {
    if (options.signal?.aborted) return;
    const window = text.slice(-T);
    const padded = new Int32Array(T);
    padded.set(window);
    kernels.write(tokens, padded);
    const hidden = forward(model, workspace, tokens, options.hooks === undefined ? {} : { hooks: options.hooks });
    computeLogits(model, logits, kernels.rows(hidden, window.length - 1, 1));
    const values = await kernels.read(logits);
    const token = sampleToken(values, options, random.uniform(index));
    text.push(token);
    yield { token, logProbability: logProbability(values, token) };
    if (token === options.stopToken) return;
  }
}
