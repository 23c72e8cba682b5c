import { countTrainingSteps } from "../../autoencoder/train.ts";
import { hasModelMetrics, headlineLossRecovered } from "../../metrics/dictionary-metrics.ts";
import { type LogLine, readEvents } from "../../store/event-log.ts";
import type { RunPaths } from "../../store/run-directory.ts";
import { readAllMetrics, readTrainedActivations } from "../dictionary-files.ts";
import type { Comparison } from "./compare-members.ts";
import type { Curve } from "./curves.ts";
import type { SweepConfig } from "./sweep-config.ts";
import type { SweepMember } from "./sweep-members.ts";

/** `sweeps/<name>.json`: what was swept and what came out. */
export interface SweepRecord {
  readonly format: 1;
  readonly name: string;
  readonly config: SweepConfig;
  /** What dictionaries are compared by: loss recovered, or where there is no model explained variance. */
  readonly fidelity: Fidelity;
  readonly rows: readonly SweepRow[];
  /** The curves of the pictures: loss recovered against L0, and against the size of the dictionary. */
  readonly curves: { readonly frontier: readonly Curve[]; readonly sizes: readonly Curve[] };
  /** The members against the baseline, where the sweep names one. */
  readonly comparisons: readonly Comparison[];
  /** Members that could not be trained, and why. */
  readonly failed: readonly { readonly dictionary: string; readonly sentence: string }[];
}

/** How well a dictionary stands for its activations. */
export type Fidelity = "loss recovered" | "explained variance";

/** One dictionary of a sweep with its figures. */
export interface SweepRow {
  readonly dictionary: string;
  /** The member's name in the sweep's config; empty in a plain grid. */
  readonly group: string;
  /** The fields that the sweep varies, with this one's values. */
  readonly varied: Readonly<Record<string, unknown>>;
  readonly features: number;
  readonly steps: number;
  /** Activation vectors learned from. */
  readonly vectors: number;
  /** Per vector on the sum-of-squares scale, mean over the log's last lines. */
  readonly training: TrainingLoss;
  readonly l0: number;
  /** Null where there is no model. */
  readonly lossRecovered: { readonly zero: number; readonly mean: number } | null;
  readonly explainedVariance: number;
  readonly fractionBelow: { readonly "1e-5": number; readonly "1e-4": number };
  /** Features silent on all evaluated tokens. */
  readonly dead: number;
  readonly evaluationTokens: number;
  /** Whether no other dictionary of the sweep has a lower L0 and a higher fidelity. */
  readonly onFrontier: boolean;
}

/** The loss of training as `reconstruction + l1 * sparsity`. */
export interface TrainingLoss {
  readonly loss: number;
  readonly reconstruction: number;
  readonly sparsity: number;
  readonly l1: number;
}

/** Share of the run whose logged steps make the last loss: one batch alone says little. */
const LAST_SHARE = 0.05;

/** The figures of one trained and judged member. */
export function readRow(paths: RunPaths, member: SweepMember): Omit<SweepRow, "onFrontier"> {
  const files = paths.dictionary(member.name);
  const metrics = readAllMetrics(files);
  const vectors = readTrainedActivations(files);
  return {
    dictionary: member.name,
    group: member.group,
    varied: member.varied,
    features: metrics.features,
    steps: countTrainingSteps({ ...member.config, activations: vectors }),
    vectors,
    training: measureLastLoss(readEvents(files.metricsLog)),
    l0: metrics.l0,
    lossRecovered: hasModelMetrics(metrics) ? metrics.lossRecovered : null,
    explainedVariance: metrics.explainedVariance,
    fractionBelow: { "1e-5": metrics.fractionBelow["1e-5"], "1e-4": metrics.fractionBelow["1e-4"] },
    dead: metrics.densityHistogram.silent,
    evaluationTokens: metrics.evaluationTokens,
  };
}

/** The lower of the two losses recovered, or where there is no model explained variance. */
export function measureFidelity(row: Pick<SweepRow, "lossRecovered" | "explainedVariance">): number {
  return row.lossRecovered === null
    ? row.explainedVariance
    : headlineLossRecovered({ lossRecovered: row.lossRecovered });
}

/** Marks the rows that no other beats in both L0 and fidelity. */
export function markFrontier(rows: readonly Omit<SweepRow, "onFrontier">[]): SweepRow[] {
  const isBetter = (a: Omit<SweepRow, "onFrontier">, b: Omit<SweepRow, "onFrontier">) => {
    const gain = measureFidelity(a) - measureFidelity(b);
    return a.l0 <= b.l0 && gain >= 0 && (a.l0 < b.l0 || gain > 0);
  };
  return rows.map((row) => ({ ...row, onFrontier: !rows.some((other) => isBetter(other, row)) }));
}

/** The loss at the end of a training log: means over its last steps. */
export function measureLastLoss(events: readonly LogLine[]): TrainingLoss {
  const steps = events.filter((event) => event.kind === "step");
  const last = steps.at(-1)?.step ?? 0;
  const tail = steps.filter(({ step }) => step > last * (1 - LAST_SHARE));
  const mean = (name: string) => tail.reduce((sum, event) => sum + Number(event[name]), 0) / tail.length;
  const [reconstruction, sparsity, l1] = [mean("reconstruction"), mean("sparsity"), mean("l1SumOfSquares")];
  return { loss: reconstruction + l1 * sparsity, reconstruction, sparsity, l1 };
}
