import { useMemo } from "preact/hooks";
import type { LiveEvent } from "../../src/live/live-event.ts";
import type { LiveRequest } from "../../src/live/live-request.ts";
import type { ErrorTerm, Intervention } from "../../src/steering/intervention.ts";
import type { DictionaryData } from "./dictionary-data.ts";
import { addToSample, type Sample } from "./sample.ts";
import { listInterventions, type SteerSelection } from "./steer-selection.ts";
import { type LiveAnswer, useLiveAnswer } from "./use-live-answer.ts";

/** The losses of a prompt's tokens under the model and its replacements. */
export type Losses = Extract<LiveEvent, { kind: "losses" }>;

/** A way to run the model whose text is shown beside the others'. */
export type Variant = "unsteered" | "kept" | "dropped" | "model";

/** What the model writes as it is and changed, and what the change costs on the prompt. */
export interface Steering {
  readonly samples: Readonly<Record<Variant, LiveAnswer<Sample>>>;
  readonly losses: Readonly<Record<ErrorTerm, LiveAnswer<Losses>>>;
}

/** Has the model continue a prompt as it is, with features acted on in both ways of treating the error, and by its dictionary. */
export function useSteering(data: DictionaryData, selection: SteerSelection, prompt: string): Steering {
  const { features, tokens, seed, temperature, topK, topP } = selection;
  const changes = useMemo(() => listInterventions(features, data.table.maximum), [features, data]);
  const isBlank = prompt.trim() === "";
  const ask = (interventions: Intervention[], errorTerm: ErrorTerm, isWanted: boolean): LiveRequest | undefined =>
    isBlank || !isWanted
      ? undefined
      : { kind: "steer", prompt, interventions, errorTerm, tokens, seed, temperature, topK, topP };
  const compare = (errorTerm: ErrorTerm): LiveRequest | undefined =>
    isBlank ? undefined : { kind: "losses", text: prompt, interventions: changes, errorTerm };
  const isSteered = changes.length > 0;
  const sample = (request: LiveRequest | undefined) => useLiveAnswer(data.summary, request, addToSample);
  const unsteered = sample(ask([], "keep", true));
  const kept = sample(ask(changes, "keep", isSteered));
  const dropped = sample(ask(changes, "drop", isSteered));
  const model = sample(ask([], "drop", selection.model));
  const keep = useLiveAnswer(data.summary, compare("keep"), keepLosses);
  const drop = useLiveAnswer(data.summary, isSteered ? compare("drop") : undefined, keepLosses);
  return { samples: { unsteered, kept, dropped, model }, losses: { keep, drop } };
}

function keepLosses(value: Losses | undefined, event: LiveEvent): Losses | undefined {
  return event.kind === "losses" ? event : value;
}
