import { median } from "simple-statistics";
import { asCount, asFigure, asPercent, type Finding, type Rule, SOURCES } from "./diagnose-finding.ts";
import { highestRate, type StepLine, shareDone, type TrainingRecord } from "./training-record.ts";

const BLOCKS = 10;
const FEWEST_LINES = 20;
/** Squared error over the square of the mean length, which is somewhat less than the mean square. */
const WORSE_THAN_NOTHING = 2;
/** Last block's loss over the lowest block's. */
const RISEN = 1.25;
/** Fall of the loss from one tenth of the run to the next, at full learning rate, that counts as still falling. */
const STILL_FALLING = 0.02;

/** The loss is not finite, worse than no dictionary at all, or rising. */
export const findDiverged: Rule = (record) =>
  findBrokenNumber(record) ?? findWorseThanNothing(record) ?? findRisingLoss(record);

function findBrokenNumber({ failure, steps }: TrainingRecord): Finding | undefined {
  const broken = steps.find(({ loss }) => loss === null);
  const failed = failure !== null && /not finite|diverged/.test(failure);
  if (broken === undefined && !failed) return undefined;
  const rate = highestRate(steps);
  return describe(
    broken === undefined
      ? `The run stopped: ${failure}`
      : `The loss is not a number at step ${asCount(broken.step)} of ${asCount(broken.steps)}.`,
    rate,
  );
}

function findWorseThanNothing({ steps, looks }: TrainingRecord): Finding | undefined {
  const [look, step] = [looks.at(-1), steps.at(-1)];
  if (look === undefined || step === undefined || step.step < 0.1 * step.steps) return undefined;
  const error = median(steps.slice(-5).map(({ reconstruction }) => reconstruction!));
  const nothing = look.meanNorm ** 2;
  if (error <= WORSE_THAN_NOTHING * nothing) return undefined;
  return describe(
    `The squared error is ${asFigure(error)} at step ${asCount(step.step)}; to answer with zeros would cost about ${asFigure(nothing)}.`,
    highestRate(steps),
  );
}

function findRisingLoss(record: TrainingRecord): Finding | undefined {
  const steady = atFullPenalty(record.steps);
  if (steady.length < FEWEST_LINES) return undefined;
  const blocks = cutInBlocks(steady).map((block) => median(block.map(({ loss }) => loss!)));
  const lowest = Math.min(...blocks);
  const last = blocks.at(-1)!;
  const wasResampled = record.resamples.some(
    ({ step, features }) => features > 0 && step >= steady[Math.floor(steady.length / 2)]!.step,
  );
  if (last <= RISEN * lowest || wasResampled) return undefined;
  return describe(
    `The loss has risen from ${asFigure(lowest)} to ${asFigure(last)} while the penalty stayed the same.`,
    highestRate(steady),
  );
}

function describe(saw: string, learningRate: number): Finding {
  const next = learningRate > 0 ? `: --set dictionary.learningRate=${asFigure(learningRate / 10)}` : "";
  return {
    rule: "diverged",
    severity: "problem",
    title: "Training diverges",
    saw: learningRate > 0 ? `${saw} The learning rate is ${asFigure(learningRate)}.` : saw,
    means: "Steps are too large for the loss to follow, or an activation is not a finite number.",
    remedies: [
      `Lower the learning rate tenfold${next}`,
      "Bound the gradient: --set dictionary.gradientClip=1",
      "Warm the learning rate up: --set dictionary.learningRateWarmupShare=0.05",
    ],
    source: `${SOURCES.hyperparameters}; ${SOURCES.april}`,
  };
}

/** Training ended, or its learning rate began to fall, while the loss was still falling. */
export const findUnfinished: Rule = (record) => {
  if (shareDone(record) < 1) return undefined;
  const steady = atFullPenalty(record.steps);
  const rate = highestRate(steady);
  const full = steady.filter(({ learningRate }) => learningRate >= 0.999 * rate);
  const lastStep = full.at(-1);
  if (full.length < FEWEST_LINES || lastStep === undefined) return undefined;
  const tenth = lastStep.steps / 10;
  const within = (from: number, to: number) =>
    full.filter(({ step }) => step > lastStep.step - from * tenth && step <= lastStep.step - to * tenth);
  const [late, early] = [within(1, 0), within(2, 1)].map((lines) => lines.flatMap(({ loss }) => loss ?? []));
  if (late!.length < 3 || early!.length < 3) return undefined;
  const fall = 1 - median(late!) / median(early!);
  if (fall < STILL_FALLING) return undefined;
  return {
    rule: "unfinished",
    severity: "note",
    title: "The loss was still falling when training ended",
    saw: `At full learning rate the loss fell by ${asPercent(fall)} over the last tenth of the run, from ${asFigure(median(early!))} to ${asFigure(median(late!))}, by step ${asCount(lastStep.step)} of ${asCount(lastStep.steps)}.`,
    means:
      "More steps would still lower the loss; the paper found it worth training past the point where the loss seems flat.",
    remedies: [
      `Train on more vectors: --set dictionary.activations=${3 * Math.round(record.steps.at(-1)!.vectors)}`,
      `Or learn faster: --set dictionary.learningRate=${asFigure(rate * 2)}`,
    ],
    source: SOURCES.hyperparameters,
  };
};

/** The lines from which on the penalty is as strong as it gets. */
function atFullPenalty(steps: readonly StepLine[]): readonly StepLine[] {
  const full = steps.reduce((highest, { l1 }) => Math.max(highest, l1), 0);
  const first = steps.findIndex(({ l1 }) => l1 >= 0.999 * full);
  return first < 0 ? [] : steps.slice(first);
}

function cutInBlocks(lines: readonly StepLine[]): StepLine[][] {
  const size = lines.length / BLOCKS;
  return Array.from({ length: BLOCKS }, (_, i) => lines.slice(Math.floor(i * size), Math.floor((i + 1) * size)));
}
