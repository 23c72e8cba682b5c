import type { Hooks } from "../model/transformer.ts";
import { createDictionaryHook, createInterventionHook } from "../steering/intervention-hook.ts";
import { replaceWithZeros } from "../steering/replace-activation.ts";
import { startDocument } from "../text/start-document.ts";
import type { LiveEvent } from "./live-event.ts";
import type { LiveRequestOf } from "./live-request.ts";
import type { LiveSubject } from "./live-subject.ts";
import { alignLosses, readLosses } from "./read-losses.ts";
import { cutWindows } from "./text-windows.ts";

/** The log-probability of each token as the model is, with the site at 0, as the dictionary model, and under the interventions. */
export async function* measureLosses(
  { model, dictionary, tokenizer, site }: LiveSubject,
  { text, interventions, errorTerm }: LiveRequestOf<"losses">,
  signal?: AbortSignal,
): AsyncGenerator<LiveEvent> {
  const { kernels } = model;
  const ids = startDocument(tokenizer, text);
  const windows = cutWindows(ids, model.config.contextLength);
  const ways: Hooks[] = [
    {},
    { [site]: replaceWithZeros(kernels) },
    { [site]: createDictionaryHook(kernels, dictionary) },
  ];
  if (interventions.length > 0)
    ways.push({ [site]: createInterventionHook(kernels, dictionary, interventions, errorTerm) });
  const losses: Float32Array[][] = ways.map(() => []);
  for (const window of windows) {
    for (const [way, hooks] of ways.entries()) {
      signal?.throwIfAborted();
      losses[way]!.push(await readLosses(model, window, hooks));
    }
    yield { kind: "progress", done: window.context + 1, total: windows.length };
  }
  const [clean, zeroAblated, reconstructed, intervened = null] = losses.map((each) => alignLosses(windows, each));
  yield {
    kind: "losses",
    tokens: [...ids],
    clean: clean!,
    zeroAblated: zeroAblated!,
    reconstructed: reconstructed!,
    intervened,
  };
}
