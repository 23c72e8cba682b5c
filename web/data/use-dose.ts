import type { LiveEvent } from "../../src/live/live-event.ts";
import type { DictionaryData } from "./dictionary-data.ts";
import type { SteerSelection } from "./steer-selection.ts";
import { type LiveAnswer, useLiveAnswer } from "./use-live-answer.ts";

/** The prompt's loss, the likeliest next tokens and a short sample with a feature held at a value. */
export type Dose = Extract<LiveEvent, { kind: "dose" }>;

const MULTIPLES = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
const SAMPLE_TOKENS = 12;
/** Nine doses take long: they wait until what is asked for has settled. */
const SETTLED_MS = 900;

/** Varies one feature from 0 to twice its maximum; undefined as feature for none. */
export function useDose(
  data: DictionaryData,
  { seed, doseError }: SteerSelection,
  prompt: string,
  feature: number | undefined,
): LiveAnswer<readonly Dose[]> {
  const maximum = feature === undefined ? 0 : data.table.maximum[feature]!;
  const values = MULTIPLES.map((multiple) => multiple * maximum);
  const request =
    feature === undefined || prompt.trim() === "" || maximum === 0
      ? undefined
      : ({ kind: "dose", prompt, feature, values, errorTerm: doseError, tokens: SAMPLE_TOKENS, seed } as const);
  return useLiveAnswer(data.summary, request, addDose, SETTLED_MS);
}

function addDose(doses: readonly Dose[] | undefined, event: LiveEvent): readonly Dose[] | undefined {
  return event.kind === "dose" ? [...(doses ?? []), event] : doses;
}
