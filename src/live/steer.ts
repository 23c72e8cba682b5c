import { generate } from "../model/generate.ts";
import type { Hooks } from "../model/transformer.ts";
import { checkFeatures, type ErrorTerm, type Intervention } from "../steering/intervention.ts";
import { createInterventionHook } from "../steering/intervention-hook.ts";
import { startDocument } from "../text/start-document.ts";
import type { LiveEvent } from "./live-event.ts";
import type { LiveRequestOf } from "./live-request.ts";
import type { LiveSubject } from "./live-subject.ts";
import { alignLosses, readLosses } from "./read-losses.ts";
import { cutWindows } from "./text-windows.ts";
import { watchFeatures } from "./watch-features.ts";

/**
 * A prompt's log-probabilities under interventions, then tokens drawn under them: exactly as many as asked for, also beyond a
 * separator. A prompt longer than the context is judged window after window and continued from its last contextLength tokens. Last,
 * what the watched features did.
 */
export async function* steer(
  subject: LiveSubject,
  request: LiveRequestOf<"steer">,
  signal?: AbortSignal,
): AsyncGenerator<LiveEvent> {
  const { model, tokenizer } = subject;
  const hooks = createSteeringHooks(subject, request.interventions, request.errorTerm);
  checkFeatures(subject.dictionary, request.watch ?? []);
  const ids = startDocument(tokenizer, request.prompt);
  const windows = cutWindows(ids, model.config.contextLength);
  const losses: Float32Array[] = [];
  for (const window of windows) {
    signal?.throwIfAborted();
    losses.push(await readLosses(model, window, hooks));
    yield { kind: "progress", done: window.context + 1, total: windows.length };
  }
  yield { kind: "prompt", tokens: [...ids], logProbabilities: alignLosses(windows, losses) };
  const { tokens, seed, temperature, topK, topP, watch = [] } = request;
  const text = [...ids];
  let index = 0;
  for await (const drawn of generate(model, ids, { hooks, tokens, seed, temperature, topK, topP })) {
    yield { kind: "token", index: index++, ...drawn };
    text.push(drawn.token);
    signal?.throwIfAborted();
  }
  if (watch.length > 0) yield { kind: "watched", activations: await watchFeatures(subject, text, watch, hooks) };
}

/** The hooks of a way to steer; none where the model stays as it is. */
export function createSteeringHooks(
  { model, dictionary, site }: LiveSubject,
  interventions: readonly Intervention[],
  errorTerm: ErrorTerm,
): Hooks {
  if (interventions.length === 0 && errorTerm === "keep") return {};
  return { [site]: createInterventionHook(model.kernels, dictionary, interventions, errorTerm) };
}
