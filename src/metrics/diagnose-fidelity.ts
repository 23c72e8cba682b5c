import { asFigure, asPercent, type Rule, SOURCES, suggestPenalty } from "./diagnose-finding.ts";
import { shareDone } from "./training-record.ts";

/** Difference of the two figures of loss recovered. */
const DISAGREE = { note: 0.02, warning: 0.1 };
/** Held-out tokens below which a look's baselines say too little. */
const FEWEST_TOKENS = 4000;
const POOR = { warning: 0.7, problem: 0.3 };

/** Loss recovered differs with the ablation it is measured against. */
export const findDisagreeingBaselines: Rule = (record) => {
  const look = record.looks.at(-1);
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

/** The model is much worse with the reconstruction than without intervention. */
export const findPoorRecovery: Rule = (record) => {
  const step = record.steps.at(-1);
  const recovered = record.metrics?.lossRecovered ?? record.looks.at(-1)?.lossRecovered;
  if (recovered == null || step === undefined || shareDone(record) < 0.5) return undefined;
  const headline = Math.min(recovered.zero, recovered.mean);
  if (headline >= POOR.warning) return undefined;
  return {
    rule: "poor-recovery",
    severity: headline < POOR.problem ? "problem" : "warning",
    title: "The dictionary loses much of what the model uses",
    saw: `Loss recovered is ${asPercent(headline)} at step ${step.step} of ${step.steps}, with L1 ${asFigure(step.l1SumOfSquares)} on the sum-of-squares scale (paper's A/1: 79 %).`,
    means:
      "Features of a dictionary that does not carry the model's computation explain something else than the model.",
    remedies: [
      suggestPenalty(step.l1, 0.5),
      `Train on more vectors: --set dictionary.activations=${3 * Math.round(step.vectors)}`,
      "Take more features",
    ],
    source: SOURCES.hyperparameters,
  };
};
