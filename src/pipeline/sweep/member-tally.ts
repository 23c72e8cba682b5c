import type { DictionaryTrainer } from "../dictionary-trainer.ts";
import type { MemberEvent, RunEvent } from "../events.ts";
import type { TrainingNews } from "./train-together.ts";

/** Turns what the members of a part tell into events: one for the member, one for all of the part. */
export interface MemberTally {
  readonly tell: (news: TrainingNews) => Generator<RunEvent, void>;
  /** Vectors a member learned from in this process, and how many per second of its own work. */
  readonly measure: (news: TrainingNews) => { readonly vectors: number; readonly perSecond: number };
}

type Progress = Pick<DictionaryTrainer, "name" | "steps"> & {
  readonly state: { readonly step: number };
  readonly config: { readonly batch: number; readonly activations: number };
};

/** The tally of members that begin as they are now. */
export function createMemberTally(trainers: readonly Progress[]): MemberTally {
  const byName = new Map(trainers.map((trainer) => [trainer.name, trainer]));
  const began = new Map(trainers.map((trainer) => [trainer.name, countVectors(trainer)]));
  const figures = new Map<string, MemberEvent["figures"]>();
  const total = trainers.reduce((sum, { config }) => sum + config.activations, 0);
  const measure = ({ name, seconds }: TrainingNews) => {
    const vectors = countVectors(byName.get(name)!) - began.get(name)!;
    return { vectors, perSecond: seconds > 0 ? vectors / seconds : 0 };
  };
  const describe = (state: MemberEvent["state"], news: TrainingNews): MemberEvent => {
    const { steps, state: training } = byName.get(news.name)!;
    const shown = figures.get(news.name) ?? {};
    return { ...describeMember(news.name, state, shown), step: training.step, steps, ...pickPace(measure(news)) };
  };
  function* tell(news: TrainingNews): Generator<RunEvent, void> {
    if (news.kind === "interrupted") return;
    if (news.kind === "told" && news.event.kind !== "progress") return yield nameEvent(news.name, news.event);
    if (news.kind === "told") figures.set(news.name, readFigures(news.event));
    yield describe(news.kind === "told" ? "training" : news.kind, news);
    if (news.kind === "failed") yield { kind: "warning", sentence: `${news.name}: ${news.error.message}` };
    const done = trainers.reduce((sum, trainer) => sum + countVectors(trainer), 0);
    yield { kind: "progress", stage: "train-dictionary", done, total, unit: "vectors" };
  }
  return { tell, measure };
}

/** A member that does nothing at the moment. */
export function describeMember(
  member: string,
  state: MemberEvent["state"],
  figures: MemberEvent["figures"] = {},
): MemberEvent {
  return { kind: "member", member, state, step: 0, steps: 0, perSecond: 0, figures };
}

/** An event of one member, its sentence beginning with the member's name. */
export function nameEvent(member: string, event: RunEvent): RunEvent {
  return event.kind === "note" ? { ...event, sentence: `${member}: ${event.sentence}` } : event;
}

function countVectors({ state, config }: Progress): number {
  return state.step * config.batch;
}

function readFigures(event: RunEvent): MemberEvent["figures"] {
  return event.kind === "progress" ? (event.figures ?? {}) : {};
}

function pickPace({ perSecond }: { readonly perSecond: number }): Pick<MemberEvent, "perSecond"> {
  return { perSecond };
}
