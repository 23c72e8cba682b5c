import { asCount, asFigure, asPercent, type Rule, SOURCES, suggestPenalty } from "./diagnose-finding.ts";
import type { DictionaryLook } from "./dictionary-look.ts";
import { type StepLine, shareDone } from "./training-record.ts";

/** Difference of the two figures of loss recovered. */
const DISAGREE = { note: 0.02, warning: 0.1 };
/** Held-out tokens below which a look's baselines say too little. */
const FEWEST_TOKENS = 1000;
/** Error over that of answering with zeros. */
const LEFT_OVER = 0.8;
const POOR = { warning: 0.7, problem: 0.3 };

/** Loss recovered differs with the ablation it is measured against. */
export const findDisagreeingBaselines: Rule = (record) => {
  const look = record.looks.findLast(({ lossRecovered }) => lossRecovered !== null);
  const sampled = look !== undefined && look.heldOutTokens >= FEWEST_TOKENS ? look.lossRecovered : null;
  const recovered = record.metrics?.lossRecovered ?? sampled;
  if (recovered == null || shareDone(record) < 0.3) return undefined;
  const { zero, mean } = recovered;
  const difference = Math.abs(zero - mean);
  if (difference < DISAGREE.note) return undefined;
  const lower = zero < mean ? "zero" : "mean";
  return {
    rule: "disagreeing-baselines",
    severity: difference >= DISAGREE.warning ? "warning" : "note",
    title: `Two baselines disagree: quote ${asPercent(Math.min(zero, mean))}`,
    saw: `Loss recovered is ${asPercent(zero)} against zero ablation and ${asPercent(mean)} against mean ablation${record.metrics === null ? ", on a small sample" : ""}.`,
    means: `An ablation that harms the model more makes any dictionary look better. The lower figure, against ${lower} ablation, is the headline.`,
    remedies: [
      `Report the lower figure and name its baseline: ${asPercent(Math.min(zero, mean))} against ${lower} ablation`,
      "Compare with other work only against the same baseline",
    ],
    source: SOURCES.ablation,
  };
};

/** The model is much worse with the reconstruction than without intervention; without a model, the error is all that is known. */
export const findPoorRecovery: Rule = (record) => {
  const [look, step] = [record.looks.at(-1), record.steps.at(-1)];
  if (look === undefined || step === undefined || shareDone(record) < 0.5) return undefined;
  const sampled = record.looks.findLast(({ lossRecovered }) => lossRecovered !== null)?.lossRecovered;
  const recovered = record.metrics?.lossRecovered ?? sampled;
  const judged = recovered == null ? judgeError(step, look) : judgeRecovery(recovered);
  if (judged === undefined) return undefined;
  return {
    rule: "poor-recovery",
    severity: judged.isBad ? "problem" : "warning",
    title:
      recovered == null
        ? "The dictionary reconstructs next to nothing"
        : "The dictionary loses much of what the model uses",
    saw: `${judged.saw} at step ${asCount(step.step)} of ${asCount(step.steps)}, with L1 ${asFigure(step.l1SumOfSquares)} on the sum-of-squares scale.`,
    means:
      "Features of a dictionary that does not carry what the model computes explain something else than the model.",
    remedies: [
      suggestPenalty(step.l1, 0.5),
      `Train on more vectors: --set dictionary.activations=${3 * Math.round(step.vectors)}`,
      `Take more features: --set dictionary.features=${2 * look.features}`,
    ],
    source: SOURCES.hyperparameters,
  };
};

interface Judged {
  readonly isBad: boolean;
  readonly saw: string;
}

function judgeRecovery({ zero, mean }: { readonly zero: number; readonly mean: number }): Judged | undefined {
  const headline = Math.min(zero, mean);
  if (headline >= POOR.warning) return undefined;
  return { isBad: headline < POOR.problem, saw: `Loss recovered is ${asPercent(headline)} (paper's A/1: 79 %)` };
}

function judgeError({ reconstruction }: StepLine, { meanNorm }: DictionaryLook): Judged | undefined {
  const nothing = meanNorm ** 2;
  if (reconstruction === null || reconstruction < LEFT_OVER * nothing) return undefined;
  return {
    isBad: true,
    saw: `The squared error is ${asFigure(reconstruction)}, that of zeros about ${asFigure(nothing)},`,
  };
}
