import { createSparseEncoder } from "../autoencoder/sparse-encoder.ts";
import { isLastWrite } from "../features/ablate-directly.ts";
import { UserError } from "../numerics/user-error.ts";
import { measureDirectEffects } from "./direct-effects.ts";
import type { Firing } from "./firings.ts";
import type { LiveEvent, ReadContext } from "./live-event.ts";
import type { LiveRequestOf } from "./live-request.ts";
import type { LiveSubject } from "./live-subject.ts";
import { rerunEffects } from "./rerun-effects.ts";
import { runWindow } from "./run-window.ts";
import { cutWindows } from "./text-windows.ts";

/** So that the first can be looked at while the others are computed. */
const CONTEXTS_PER_EVENT = 5;

/** One feature on whole contexts of given tokens: its activation on each, and what ablating it does to the prediction of the next. */
export async function* readContexts(
  subject: LiveSubject,
  { feature, contexts }: LiveRequestOf<"contexts">,
  signal?: AbortSignal,
): AsyncGenerator<LiveEvent> {
  checkRequest(subject, feature, contexts);
  const encoder = createSparseEncoder(subject.model.kernels, subject.dictionary);
  const read: ReadContext[] = [];
  for (const tokens of contexts) {
    signal?.throwIfAborted();
    read.push(await readContext(subject, encoder, feature, Int32Array.from(tokens)));
    yield { kind: "progress", done: read.length, total: contexts.length };
    if (read.length % CONTEXTS_PER_EVENT === 0) yield { kind: "contexts", contexts: [...read] };
  }
  encoder.release();
  if (read.length % CONTEXTS_PER_EVENT !== 0) yield { kind: "contexts", contexts: read };
}

async function readContext(
  subject: LiveSubject,
  encoder: ReturnType<typeof createSparseEncoder>,
  feature: number,
  tokens: Int32Array,
): Promise<ReadContext> {
  const pass = await runWindow(subject, encoder, cutWindows(tokens, tokens.length)[0]!);
  const own = pass.firings.filter((firing) => firing.feature === feature);
  const activations = new Array<number>(tokens.length).fill(0);
  const effects = new Array<number>(tokens.length).fill(0);
  for (const { row, activation } of own) activations[row] = activation;
  if (own.length > 0) {
    const isDirect = isLastWrite(subject.model, subject.site);
    // Where later blocks come after the site, the predictions of tokens on which the feature is silent change too.
    const firings = isDirect ? own : listRows(feature, activations);
    const measured = { ...pass, firings };
    const measuring = isDirect
      ? measureDirectEffects(subject, measured, { losses: true, nextToken: null })
      : rerunEffects(subject, measured);
    while ((await measuring.next()).done !== true);
    for (const { row, lossEffect } of firings) effects[row] = lossEffect ?? 0;
  }
  return { activations, effects };
}

function listRows(feature: number, activations: readonly number[]): Firing[] {
  return activations.map((activation, row) => ({ row, feature, activation, lossEffect: null, logitEffect: null }));
}

function checkRequest(
  { model: { config }, dictionary }: LiveSubject,
  feature: number,
  contexts: readonly (readonly number[])[],
): void {
  checkFeature(dictionary.features, feature);
  for (const tokens of contexts) {
    if (tokens.length > config.contextLength)
      throw new UserError(`a context has ${tokens.length} tokens: the model sees ${config.contextLength}`, 2);
    const unknown = tokens.find((token) => token >= config.vocabularySize);
    if (unknown !== undefined)
      throw new UserError(`there is no token ${unknown}: they are numbered 0 to ${config.vocabularySize - 1}`, 2);
  }
}

/** Throws a `UserError` where a dictionary has no such feature. */
export function checkFeature(features: number, feature: number): void {
  if (feature >= features)
    throw new UserError(`there is no feature ${feature}: they are numbered 0 to ${features - 1}`, 2);
}
