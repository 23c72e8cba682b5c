import type { TrainingRecord } from "./training-record.ts";

/** Something the training doctor noticed. */
export interface Finding {
  /** Name of the rule, the same from version to version. */
  readonly rule: string;
  /** `problem`: this dictionary is not worth using; `warning`: it could be better; `note`: worth knowing. */
  readonly severity: "problem" | "warning" | "note";
  readonly title: string;
  /** The numbers it was noticed by. */
  readonly saw: string;
  readonly means: string;
  /** What to try, best first. */
  readonly remedies: readonly string[];
  /** Where this is known from. */
  readonly source: string;
}

/** One rule of the doctor. */
export type Rule = (record: TrainingRecord) => Finding | undefined;

/** Where the rules are known from. */
export const SOURCES = {
  hyperparameters:
    "Towards Monosemanticity (2023), advice for training: what to watch while choosing the L1 coefficient and the learning rate",
  density: "Towards Monosemanticity (2023), appendix on feature density",
  resampling: "Towards Monosemanticity (2023), appendix on neuron resampling",
  ablation: "Towards Monosemanticity (2023), how much of the model is explained: zero ablation flatters",
  ultralow:
    "Towards Monosemanticity (2023), appendix on feature density; Neel Nanda, Open Source Replication (2023), the ultra-low-frequency cluster; Anthropic, February 2024 update",
  neel: "Neel Nanda, Open Source Replication (2023)",
  april: "Anthropic, April 2024 update: how dictionaries are trained",
} as const;

/** A share as a percentage: 12.3 %. */
export function asPercent(share: number): string {
  return `${(100 * share).toFixed(Math.abs(share) >= 0.9995 || share === 0 ? 0 : 1)} %`;
}

/** A whole number with thousands separators. */
export function asCount(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

/** A number to three significant digits. */
export function asFigure(value: number): string {
  if (Math.abs(value) >= 1000) return asCount(value);
  return String(Number(value.toPrecision(3)));
}

/** A density by its log10, to one digit: 5e-5. */
export function asDensity(exponent: number): string {
  return (10 ** exponent).toExponential(0);
}

/** How to make a dictionary sparser or denser: by the penalty, or by k where there is none. */
export function suggestPenalty(l1: number, factor: number): string {
  const direction = factor > 1 ? "Raise" : "Lower";
  if (l1 === 0) return factor > 1 ? "Set a penalty, or lower dictionary.k of a top-k dictionary" : "Raise dictionary.k";
  return `${direction} the penalty: --set dictionary.l1=${asFigure(l1 * factor)}`;
}

/** How to have silent features re-initialised while learning. */
export const RESAMPLE =
  'Re-initialise silent features while learning: --set dictionary.resampling={"kind":"shares","at":[0.3,0.5,0.7],"window":0.1}';
