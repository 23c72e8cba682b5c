import { useRef, useState } from "preact/hooks";
import type { RatingView } from "../../src/interpret/rating-units.ts";
import {
  changeAnswer,
  emptyAnswers,
  type RatingAnswers,
  type RatingStep,
  scoreIntervals,
  undoAnswer,
} from "../../src/interpret/rubric.ts";
import type { RatingProgress } from "../../src/server/api.ts";
import { sendJson } from "./fetch-data.ts";

/** Whose answers about which session these are, and what is there already. */
export interface RatingSubject {
  readonly run: string;
  readonly session: string;
  readonly rater: string;
  readonly progress: RatingProgress;
}

/** A rater's answers, kept by the server one by one as they are given. */
export interface RatingState {
  /** Units that are answered wholly. */
  readonly done: number;
  /** The first unit that is not; undefined once all are. */
  readonly next: number | undefined;
  readonly find: (unit: number, view: RatingView) => RatingAnswers;
  readonly answer: (unit: number, view: RatingView, step: RatingStep, value: string | number | null) => void;
  /** Takes the last answer about a unit back; false where there is none. */
  readonly undo: (unit: number) => boolean;
  /** Why an answer is not kept yet. */
  readonly problem: string | undefined;
  readonly saved: boolean;
  readonly tryAgain: () => void;
}

/** The address of the data of a session. */
export function ratingAddress(run: string, session: string): string {
  return `/api/runs/${run}/ratings/${session}`;
}

/** The answers of one rater; those that could not be kept stay on the page and are sent again with the next one. */
export function useRating({ run, session, rater, progress }: RatingSubject): RatingState {
  const [answers, setAnswers] = useState<ReadonlyMap<number, RatingAnswers>>(
    () => new Map(progress.answers.map(({ unit, answers }) => [unit, answers])),
  );
  const latest = useRef(answers);
  const keeper = useKeeper((unit, given) =>
    sendJson("PUT", `${ratingAddress(run, session)}/units/${unit}`, { rater, answers: given }),
  );
  const change = (unit: number, given: RatingAnswers) => {
    // Two keys may come before the page is drawn anew.
    latest.current = new Map(latest.current).set(unit, given);
    setAnswers(latest.current);
    keeper.keep(unit, given);
  };
  const isDone = (unit: number) => scoreIntervals(answers.get(unit) ?? emptyAnswers(1)) !== undefined;
  const units = Array.from({ length: progress.units }, (_, place) => place + 1);
  const find = (unit: number, { asked }: RatingView) => latest.current.get(unit) ?? emptyAnswers(asked.length);
  return {
    done: units.filter(isDone).length,
    next: units.find((unit) => !isDone(unit)),
    find,
    answer: (unit, view, step, value) => change(unit, changeAnswer(find(unit, view), step, value)),
    undo: (unit) => {
      const known = latest.current.get(unit);
      const before = known && undoAnswer(known);
      if (before !== undefined) change(unit, before);
      return before !== undefined;
    },
    problem: keeper.problem,
    saved: keeper.saved,
    tryAgain: keeper.tryAgain,
  };
}

/** Sends what is to be kept, one request after another, the newest of each unit. */
function useKeeper(send: (unit: number, given: RatingAnswers) => Promise<unknown>) {
  const [state, setState] = useState<{ readonly saved: boolean; readonly problem?: string }>({ saved: true });
  const waiting = useRef(new Map<number, RatingAnswers>());
  const busy = useRef(false);
  const flush = async () => {
    if (busy.current) return;
    busy.current = true;
    setState({ saved: false });
    try {
      for (const [unit, given] of waiting.current) {
        await send(unit, given);
        if (waiting.current.get(unit) === given) waiting.current.delete(unit);
      }
      setState({ saved: true });
    } catch (error) {
      setState({ saved: false, problem: (error as Error).message });
    } finally {
      busy.current = false;
    }
  };
  return {
    saved: state.saved,
    problem: state.problem,
    keep: (unit: number, given: RatingAnswers) => {
      waiting.current.delete(unit);
      waiting.current.set(unit, given);
      void flush();
    },
    tryAgain: () => void flush(),
  };
}
