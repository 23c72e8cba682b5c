import {
  listSteps,
  type RatingAnswers,
  type RatingStep,
  readAnswer,
  scoreIntervals,
} from "../../../src/interpret/rubric.ts";
import { RubricStep } from "./rubric-step.tsx";

/** The questions of the rubric with what was answered; the first open one is what keys answer. */
export function Rubric(props: {
  readonly answers: RatingAnswers;
  readonly asked: readonly number[];
  readonly step: RatingStep | undefined;
  /** Where the report is, once no unit is left. */
  readonly report: string | undefined;
  readonly onAnswer: (step: RatingStep, value: string | number | null) => void;
  readonly onUndo: () => void;
  readonly onNext: () => void;
}) {
  const { answers, asked, step, onAnswer } = props;
  const scores = scoreIntervals(answers);
  return (
    <section class="card rubric" aria-label="Rubric">
      <ol>
        {listSteps(answers).map((one) => (
          <RubricStep
            key={one.name === "consistency" ? `consistency-${one.place}` : one.name}
            step={one}
            asked={asked}
            value={readAnswer(answers, one)}
            isCurrent={step !== undefined && isSame(one, step)}
            onAnswer={(value) => onAnswer(one, value)}
            onUndo={props.onUndo}
          />
        ))}
      </ol>
      {scores !== undefined && (
        <p class="rubric-end" role="status">
          This unit is complete: {scores.join(", ")} of 14 points.
        </p>
      )}
      <p class="rubric-actions">
        <button type="button" class="quiet-button" onClick={props.onUndo}>
          Undo <kbd>Backspace</kbd>
        </button>
        {scores !== undefined && props.report === undefined && (
          <button type="button" class="button primary" onClick={props.onNext}>
            Next unit <kbd>Enter</kbd>
          </button>
        )}
        {props.report !== undefined && (
          <a class="button primary" href={props.report}>
            All are done: what came out
          </a>
        )}
      </p>
    </section>
  );
}

function isSame(a: RatingStep, b: RatingStep): boolean {
  return a.name === b.name && (a.name !== "consistency" || b.name !== "consistency" || a.place === b.place);
}
