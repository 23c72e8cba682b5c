import { type DictionaryLook, summariseDensity } from "../../src/metrics/dictionary-look.ts";
import { createRandomStream } from "../../src/numerics/random.ts";
import type { LogLine } from "../../src/store/event-log.ts";

/** What a made-up training is like; functions take the share of the run that is done. */
export interface FakeTraining {
  readonly features: number;
  readonly width: number;
  readonly steps: number;
  readonly looks: number;
  /** Share of the run that is logged. */
  readonly until: number;
  readonly l1: number;
  readonly learningRate: number;
  readonly meanNorm: number;
  readonly reconstruction: (done: number) => number;
  /** Share of features that never fire. */
  readonly silent: (done: number) => number;
  /** Share of features in a cluster that fires thirtyfold less. */
  readonly ultralow: (done: number) => number;
  /** Mean and standard deviation of the other features' log10 density. */
  readonly logDensity: (done: number) => number;
  readonly spread: number;
  readonly lossRecovered: ((done: number) => { readonly zero: number; readonly mean: number }) | null;
  /** Steps after which dead features were re-initialised, and how many. */
  readonly resamples: readonly { readonly step: number; readonly features: number }[];
}

const BATCH = 1000;
const WARM_UP = 0.1;
const DECAY = 0.2;
const RECENT_LOOKS = 10;

/** A training without a fault: densities as the paper's A/1 has them. */
export const HEALTHY: FakeTraining = {
  features: 1024,
  width: 512,
  steps: 2000,
  looks: 40,
  until: 1,
  l1: 0.5,
  learningRate: 1e-3,
  meanNorm: 9.5,
  reconstruction: (done) => 4 + 20 * Math.exp(-done / 0.06),
  silent: () => 0.02,
  ultralow: () => 0,
  logDensity: (done) => -3 + 2 * Math.exp(-done / 0.1),
  spread: 0.5,
  lossRecovered: (done) => ({ zero: 0.96 - 0.3 * Math.exp(-done / 0.1), mean: 0.965 - 0.3 * Math.exp(-done / 0.1) }),
  resamples: [],
};

/** The log of a made-up training, in the order in which a real one is written. */
export function createFakeLog(changes: Partial<FakeTraining> = {}): LogLine[] {
  const training = { ...HEALTHY, ...changes };
  const { steps, looks, until } = training;
  const lookSteps = new Set(Array.from({ length: looks }, (_, index) => Math.round(((index + 1) * steps) / looks)));
  const lines: LogLine[] = [];
  const windows: Window[] = [];
  let latest = createStep(training, 1);
  for (let step = 1; step <= until * steps; step++) {
    if (step === 1 || step % 10 === 0) {
      latest = createStep(training, step);
      lines.push(latest);
    }
    const resample = training.resamples.find((event) => event.step === step);
    if (resample !== undefined) lines.push({ kind: "resample", ...resample });
    if (!lookSteps.has(step)) continue;
    windows.push(drawFeatures(training, step / steps, Math.round((steps * BATCH) / looks)));
    lines.push({ ...createLook(training, step, latest, windows.slice(-RECENT_LOOKS)) });
  }
  return lines;
}

function createStep(training: FakeTraining, step: number) {
  const { steps, l1: fullL1, learningRate: peak, reconstruction: errorAt } = training;
  const done = step / steps;
  const l1 = fullL1 * Math.min(1, done / WARM_UP);
  const noise = createRandomStream(4, "loss").normal(step);
  const reconstruction = errorAt(done) * (1 + 0.02 * noise);
  const sparsity = 8 + 30 * Math.exp(-done / 0.05);
  return {
    step,
    kind: "step",
    steps,
    vectors: step * BATCH,
    loss: reconstruction + l1 * sparsity,
    reconstruction,
    sparsity,
    l1,
    l1SumOfSquares: l1,
    l0: training.features * 10 ** training.logDensity(done) * Math.exp((training.spread * Math.LN10) ** 2 / 2),
    learningRate: peak * Math.min(1, (1 - done) / DECAY),
    dense: done < 0.02,
  } as const;
}

type Window = ReturnType<typeof drawFeatures>;

function createLook(
  training: FakeTraining,
  step: number,
  latest: ReturnType<typeof createStep>,
  recent: readonly Window[],
): DictionaryLook {
  const { steps, lossRecovered, width, meanNorm } = training;
  const done = step / steps;
  const recovered = lossRecovered?.(done) ?? null;
  const { loss, reconstruction, sparsity } = latest;
  return {
    kind: "look",
    step,
    steps,
    vectors: step * BATCH,
    width,
    meanNorm,
    loss,
    reconstruction,
    sparsity,
    crossEntropy: recovered && { clean: 4.2, zeroAblated: 5.2, meanAblated: 5, reconstructed: 5.2 - recovered.zero },
    lossRecovered: recovered,
    heldOutTokens: recovered === null ? 0 : 4096,
    decoderNorms: { min: 1, mean: 1, max: 1 },
    ...summariseDensity(recent, recent.at(-1)!),
  };
}

/** The first features are silent, the next ultralow: the same ones at every look. */
function drawFeatures({ features, silent, ultralow, logDensity, spread }: FakeTraining, done: number, window: number) {
  const normal = drawNormals(features);
  const silentFeatures = silent(done) * features;
  const lowFeatures = silentFeatures + ultralow(done) * features;
  const isLow = (index: number) => index < lowFeatures;
  const countOf = (index: number) => {
    if (index < silentFeatures) return 0;
    const exponent = logDensity(done) + spread * normal[index]! - (isLow(index) ? 1.5 : 0);
    return Math.min(window, Math.round(window * 10 ** exponent));
  };
  return {
    vectors: window,
    counts: Int32Array.from({ length: features }, (_, index) => countOf(index)),
    encoderBias: Float32Array.from(
      { length: features },
      (_, index) => (isLow(index) ? -0.9 : -0.2) + 0.05 * normal[features + index]!,
    ),
    alignment: Float32Array.from(
      { length: features },
      (_, index) => (isLow(index) ? 0.35 : 0.8) + 0.05 * normal[2 * features + index]!,
    ),
  };
}

const drawn = new Map<number, Float64Array>();

/** Three normal numbers a feature, the same at every look. */
function drawNormals(features: number): Float64Array {
  const stream = createRandomStream(5, "features");
  const normals =
    drawn.get(features) ?? Float64Array.from({ length: 3 * features }, (_, index) => stream.normal(index));
  drawn.set(features, normals);
  return normals;
}
