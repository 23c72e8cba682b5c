import { createSparseEncoder } from "../autoencoder/sparse-encoder.ts";
import { isLastWrite } from "../features/ablate-directly.ts";
import { UserError } from "../numerics/user-error.ts";
import { startDocument } from "../text/start-document.ts";
import { type CleanPass, measureDirectEffects } from "./direct-effects.ts";
import { listFeatures } from "./firings.ts";
import type { LiveEvent, LiveToken } from "./live-event.ts";
import type { LiveRequestOf } from "./live-request.ts";
import type { LiveSubject } from "./live-subject.ts";
import { rerunEffects } from "./rerun-effects.ts";
import { runWindow } from "./run-window.ts";
import { cutWindows } from "./text-windows.ts";

type ExploreRequest = LiveRequestOf<"explore">;

/** The features active on each token of a text, and what each does to the prediction of the token after it. */
export async function* explore(
  subject: LiveSubject,
  request: ExploreRequest,
  signal?: AbortSignal,
): AsyncGenerator<LiveEvent> {
  const { contextLength, vocabularySize } = subject.model.config;
  if (request.nextToken !== null && request.nextToken >= vocabularySize)
    throw new UserError(`there is no token ${request.nextToken}: they are numbered 0 to ${vocabularySize - 1}`, 2);
  const windows = cutWindows(startDocument(subject.tokenizer, request.text), contextLength);
  const encoder = createSparseEncoder(subject.model.kernels, subject.dictionary);
  const tokens: LiveToken[] = [];
  let logProbability: number | null = null;
  for (const window of windows) {
    signal?.throwIfAborted();
    const pass = await runWindow(subject, encoder, window);
    for await (const share of measureEffects(subject, pass, request)) {
      signal?.throwIfAborted();
      yield { kind: "progress", done: window.context + share, total: windows.length };
    }
    const features = listFeatures(pass.firings, window.tokens.length);
    for (const [position, token] of window.tokens.entries()) {
      tokens.push({ token, context: window.context, position, logProbability, features: features[position]! });
      logProbability = -pass.losses[position]!;
    }
    yield { kind: "progress", done: window.context + 1, total: windows.length };
  }
  encoder.release();
  yield { kind: "explored", tokens, contexts: windows.length, contextLength };
}

async function* measureEffects(
  subject: LiveSubject,
  pass: CleanPass,
  { effects, nextToken }: ExploreRequest,
): AsyncGenerator<number> {
  const isDirect = isLastWrite(subject.model, subject.site);
  if ((effects && isDirect) || nextToken !== null)
    yield* measureDirectEffects(subject, pass, { losses: effects && isDirect, nextToken });
  if (effects && !isDirect) yield* rerunEffects(subject, pass);
}
