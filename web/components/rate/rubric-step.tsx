import { useEffect, useRef } from "preact/hooks";
import { MOST_POINTS, RATING_LIMITS, type RatingStep } from "../../../src/interpret/rubric.ts";
import { describeStep } from "../../data/rubric-text.ts";
import { SafeText } from "../safe-text.tsx";

interface StepProps {
  readonly step: RatingStep;
  readonly asked: readonly number[];
  readonly value: string | number | null;
  readonly isCurrent: boolean;
  readonly onAnswer: (value: string | number | null) => void;
  readonly onUndo: () => void;
}

/** One question of the rubric: a line to write, or points to give by a key or a click. */
export function RubricStep(props: StepProps) {
  const { step, asked, isCurrent } = props;
  const { question, fewest, most } = describeStep(step, asked);
  return (
    <li class={isCurrent ? "rubric-step current" : "rubric-step"} aria-current={isCurrent ? "step" : undefined}>
      <p>{question}</p>
      {step.name === "interpretation" ? (
        <Interpretation {...props} question={question} />
      ) : (
        <Points {...props} step={step} question={question} ends={[fewest, most]} />
      )}
    </li>
  );
}

function Interpretation({ value, isCurrent, onAnswer, onUndo, question }: StepProps & { readonly question: string }) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isCurrent) ref.current?.focus({ preventScroll: true });
  }, [isCurrent]);
  if (value !== null)
    return (
      <p class="rubric-answer">
        {value === "" ? "No interpretation found: every score is 0." : <SafeText text={String(value)} />}{" "}
        <button type="button" class="quiet-button" onClick={() => onAnswer(null)}>
          Change
        </button>
      </p>
    );
  return (
    <form
      class="label-form"
      onSubmit={(event) => {
        event.preventDefault();
        onAnswer(ref.current!.value.trim());
      }}
    >
      <input
        ref={ref}
        dir="auto"
        aria-label={question}
        maxLength={RATING_LIMITS.interpretation}
        autocomplete="off"
        onKeyDown={(event) => {
          if (event.key !== "Backspace" || event.currentTarget.value !== "") return;
          event.preventDefault();
          onUndo();
        }}
      />
      <button type="submit" class="button">
        Keep <kbd>Enter</kbd>
      </button>
      <span class="note">Nothing found? Enter without text gives every score 0.</span>
    </form>
  );
}

function Points(
  props: StepProps & {
    readonly step: Exclude<RatingStep, { readonly name: "interpretation" }>;
    readonly question: string;
    readonly ends: readonly [fewest: string, most: string];
  },
) {
  const { step, value, isCurrent, question, ends, onAnswer } = props;
  const most = MOST_POINTS[step.name];
  const ref = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (isCurrent) ref.current?.focus({ preventScroll: true });
  }, [isCurrent]);
  return (
    <fieldset class="rubric-points" ref={ref} tabIndex={-1}>
      <legend class="visually-hidden">{question}</legend>
      {Array.from({ length: most + 1 }, (_, points) => (
        <button
          type="button"
          class="rubric-point"
          key={points}
          aria-pressed={value === points}
          aria-keyshortcuts={isCurrent ? String(points) : undefined}
          onClick={() => onAnswer(points)}
        >
          {points}
        </button>
      ))}
      <span class="note">
        0 {ends[0]}, {most} {ends[1]}
      </span>
    </fieldset>
  );
}
