import { asCount, asFigure, asPercent, type Rule, SOURCES, suggestPenalty } from "./diagnose-finding.ts";
import type { DictionaryLook } from "./dictionary-look.ts";
import { highestRate, type StepLine } from "./training-record.ts";

/** Share of silent features, or L0, from which a dictionary counts as dead. */
const DEAD = { silent: 0.9, l0: 0.5 };
/** A coefficient above this share of an activation's length can silence features by itself. */
const HEAVY_PENALTY = 0.2;
/** Share of features with a density above 1 %. */
const TOO_DENSE = { note: 0.1, warning: 0.25, problem: 0.5 };
/** The paper aimed below 10 or 20: with fewer than this a dictionary is sparse, however few its features are. */
const SPARSE_L0 = 10;
/** L0 as a share of the width of the activation. */
const LARGE_L0 = { warning: 0.1, problem: 0.25 };
/** Share of features above a density of 10 % up to which they are single oddities. */
const FEW = 0.02;

/** Nearly every feature is silent: the penalty is too strong, or the learning rate killed them. */
export const findEverythingDead: Rule = ({ looks, steps }) => {
  const [look, step] = [looks.at(-1), steps.at(-1)];
  if (look === undefined || step === undefined) return undefined;
  if (look.recent.silent < DEAD.silent && look.l0 >= DEAD.l0) return undefined;
  const heavy = step.l1SumOfSquares > HEAVY_PENALTY * look.meanNorm;
  return {
    rule: "everything-dead",
    severity: "problem",
    title: heavy
      ? "Nearly every feature is dead: L1 is too high"
      : "Nearly every feature is dead, and not by the penalty",
    saw: `${asPercent(look.silent)} of ${asCount(look.features)} features were silent over the last ${asCount(look.window)} vectors; L0 is ${asFigure(look.l0)}, L1 ${asFigure(step.l1SumOfSquares)} on the sum-of-squares scale where an activation is ${asFigure(look.meanNorm)} long.`,
    means: heavy
      ? "A feature pays L1 for each unit of activation and earns at most the error it removes; here it earns less than it pays, so silence is the best it can do."
      : "The penalty is small beside the activations, so features were pushed out of reach by steps that were too large, or by a start from which they never fired.",
    remedies: heavy
      ? [suggestPenalty(step.l1, 0.1), "Let the penalty rise more slowly: --set dictionary.l1WarmupShare=0.2"]
      : [
          `Lower the learning rate tenfold: --set dictionary.learningRate=${asFigure(highestRate(steps) / 10)}`,
          "Start from a tied encoder: --set dictionary.encoderInitialisation=tied",
        ],
    source: heavy ? `${SOURCES.hyperparameters}; ${SOURCES.neel}` : SOURCES.hyperparameters,
  };
};

/** Many features fire on more than a hundredth of the vectors: the penalty is too weak. */
export const findTooDense: Rule = ({ looks, steps }) => {
  const [look, step] = [looks.at(-1), steps.at(-1)];
  if (look === undefined || step === undefined || !isPenaltyInForce(step)) return undefined;
  const share = look.fractionAbove["1e-2"];
  if (share <= TOO_DENSE.note || look.l0 < SPARSE_L0) return undefined;
  return {
    rule: "too-dense",
    severity: share > TOO_DENSE.problem ? "problem" : share > TOO_DENSE.warning ? "warning" : "note",
    title: "Many features fire on more than 1 % of the vectors: L1 is low",
    saw: `${asPercent(share)} of ${asCount(look.features)} features have a density above 1 % (paper's A/1: 0.1 %); ${describeL0(look)}.`,
    means: "Features that fire this often share the work of one another, as neurons do, and are hard to read.",
    remedies: [
      suggestPenalty(step.l1, share > TOO_DENSE.problem ? 10 : 2),
      `Take more features: --set dictionary.features=${look.features * 2}`,
    ],
    source: SOURCES.hyperparameters,
  };
};

/** L0 is so large a share of the neurons that little is gained over the neurons themselves. */
export const findLargeL0: Rule = ({ looks, steps }) => {
  const [look, step] = [looks.at(-1), steps.at(-1)];
  if (look === undefined || step === undefined || !isPenaltyInForce(step)) return undefined;
  const share = look.l0 / look.width;
  if (share <= LARGE_L0.warning) return undefined;
  return {
    rule: "large-l0",
    severity: share > LARGE_L0.problem ? "problem" : "warning",
    title: "L0 is a large share of the neurons",
    saw: `${describeL0(look)}, ${asPercent(share)} of them.`,
    means:
      "A code with about as many active entries as there are neurons explains nothing that the neurons do not; the paper wanted fewer than 10 or 20 of 512.",
    remedies: [suggestPenalty(step.l1, share > LARGE_L0.problem ? 10 : 2)],
    source: SOURCES.hyperparameters,
  };
};

/** A few features fire nearly everywhere although the dictionary is sparse otherwise. */
export const findDenseFeatures: Rule = ({ looks, steps }) => {
  const [look, step] = [looks.at(-1), steps.at(-1)];
  if (look === undefined || step === undefined || !isPenaltyInForce(step)) return undefined;
  const share = look.fractionAbove["1e-1"];
  if (share === 0 || share > FEW) return undefined;
  const count = Math.round(share * look.features);
  return {
    rule: "dense-features",
    severity: "note",
    title: count === 1 ? "One feature fires nearly everywhere" : "A few features fire nearly everywhere",
    saw: `${asCount(count)} of ${asCount(look.features)} features fire on more than 10 % of the vectors; ${describeL0(look)}.`,
    means:
      "Such features often stand for position, for a constant that the decoder bias missed, or for a direction most activations share.",
    remedies: [
      "Look at them on their pages before trusting averages over features.",
      "Where the decoder bias began at zeros, begin with the geometric median: --set dictionary.decoderBias=geometric-median",
    ],
    source: SOURCES.density,
  };
};

/** During warm-up features are dense as they must be. */
function isPenaltyInForce({ step, steps }: StepLine): boolean {
  return step >= 0.3 * steps;
}

function describeL0({ l0, width }: DictionaryLook): string {
  return `${asFigure(l0)} features are active per vector of ${asCount(width)} numbers`;
}
