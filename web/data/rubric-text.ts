import type { RatingStep } from "../../src/interpret/rubric.ts";
import { nameInterval } from "../../src/interpret/rubric.ts";

/** A question of the paper's rubric in our words, and what its fewest and most points mean. */
export interface RubricText {
  readonly question: string;
  readonly fewest: string;
  readonly most: string;
}

const TEXTS: Readonly<Record<Exclude<RatingStep["name"], "consistency">, RubricText>> = {
  interpretation: {
    question:
      "What does it stand for? Look at all intervals and at the tokens it makes likelier, and say it in a line.",
    fewest: "",
    most: "",
  },
  confidence: { question: "How sure are you of this interpretation?", fewest: "a guess", most: "certain" },
  logits: {
    question: "Do the tokens it makes likelier fit the interpretation?",
    fewest: "none does",
    most: "all do",
  },
  separation: {
    question: "Are those that fit raised clearly more than those that do not?",
    fewest: "no",
    most: "yes",
  },
  specificity: {
    question: "How specific is the interpretation?",
    fewest: "it would fit nearly any text",
    most: "one narrow thing",
  },
};

/** What is asked in a step; `asked` are the unit's intervals that are scored. */
export function describeStep(step: RatingStep, asked: readonly number[]): RubricText {
  if (step.name !== "consistency") return TEXTS[step.name];
  return {
    question: `Do the strongly shaded tokens of the interval ${nameInterval(asked[step.place]!)} fit the interpretation?`,
    fewest: "none does",
    most: "all do",
  };
}
