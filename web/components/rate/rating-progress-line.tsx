import type { RatingState, RatingSubject } from "../../data/use-rating.ts";
import { SafeText } from "../safe-text.tsx";

/** How far the rater is, and whether everything is kept. */
export function RatingProgressLine(props: {
  readonly subject: RatingSubject;
  readonly state: RatingState;
  readonly unit: number;
  readonly onGo: (unit: number) => void;
}) {
  const { subject, state, unit, onGo } = props;
  const { units } = subject.progress;
  return (
    <div class="rating-progress">
      <span>
        <SafeText text={subject.rater} />, unit {unit} of {units}
      </span>
      <progress max={units} value={state.done} aria-label="Units done" />
      <span class="note">
        {state.done} done, {units - state.done} left
      </span>
      <span class="rating-steps">
        <button type="button" class="quiet-button" disabled={unit === 1} onClick={() => onGo(unit - 1)}>
          Previous
        </button>
        <button type="button" class="quiet-button" disabled={unit === units} onClick={() => onGo(unit + 1)}>
          Next
        </button>
      </span>
      <span class="note" role="status">
        {state.saved ? "Everything is saved." : state.problem === undefined ? "Saving…" : ""}
      </span>
      {state.problem !== undefined && (
        <div class="banner warning" role="alert">
          <span>{state.problem} Answers stay on this page and are sent with the next one.</span>
          <button type="button" class="button" onClick={state.tryAgain}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}
