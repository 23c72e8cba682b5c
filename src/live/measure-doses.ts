import { generate } from "../model/generate.ts";
import { logProbability, samplingSchema } from "../model/sample-token.ts";
import { createTextReader } from "../model/text-reader.ts";
import type { Hooks, Transformer } from "../model/transformer.ts";
import { computeLogits } from "../model/unembed.ts";
import { startDocument } from "../text/start-document.ts";
import type { LiveEvent, TokenProbability } from "./live-event.ts";
import type { LiveRequestOf } from "./live-request.ts";
import type { LiveSubject } from "./live-subject.ts";
import { readLosses } from "./read-losses.ts";
import { createSteeringHooks } from "./steer.ts";
import { cutWindows } from "./text-windows.ts";

const TOP_TOKENS = 10;

/** For each value a feature is pinned to on all positions: the prompt's mean loss, the likeliest next tokens and a short sample. */
export async function* measureDoses(
  subject: LiveSubject,
  request: LiveRequestOf<"dose">,
  signal?: AbortSignal,
): AsyncGenerator<LiveEvent> {
  const { model, tokenizer } = subject;
  const { feature, values, errorTerm, tokens, seed } = request;
  const ids = startDocument(tokenizer, request.prompt);
  const windows = cutWindows(ids, model.config.contextLength);
  for (const [index, value] of values.entries()) {
    const hooks = createSteeringHooks(subject, [{ kind: "pin", feature, value, span: null }], errorTerm);
    const progress = (share: number): LiveEvent => ({ kind: "progress", done: index + share, total: values.length });
    let nats = 0;
    for (const window of windows) {
      signal?.throwIfAborted();
      nats += (await readLosses(model, window, hooks)).reduce((sum, loss) => sum + loss, 0);
      yield progress((0.5 * (window.context + 1)) / windows.length);
    }
    const topTokens = await readTopTokens(model, ids, hooks);
    const sample: number[] = [];
    for await (const { token } of generate(model, ids, { ...samplingSchema.parse({}), hooks, tokens, seed })) {
      signal?.throwIfAborted();
      sample.push(token);
      yield progress(0.5 + (0.5 * sample.length) / tokens);
    }
    yield { kind: "dose", value, loss: nats / (ids.length - 1), topTokens, sample };
  }
}

async function readTopTokens(model: Transformer, text: Int32Array, hooks: Hooks): Promise<TokenProbability[]> {
  const logits = model.kernels.create([1, model.config.vocabularySize]);
  computeLogits(model, logits, createTextReader(model, hooks).read([...text]));
  const values = await model.kernels.read(logits);
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
  return order.slice(0, TOP_TOKENS).map((token) => ({ token, probability: Math.exp(logProbability(values, token)) }));
}
