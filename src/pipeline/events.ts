import type { AnalysisName } from "../analysis/analyses.ts";

/** Everything a run tells those who watch it. */
export type RunEvent =
  | { readonly kind: "plan"; readonly stages: readonly StageName[] }
  | { readonly kind: "stage-started"; readonly stage: StageName }
  | {
      readonly kind: "progress";
      readonly stage: StageName;
      readonly done: number;
      readonly total: number;
      readonly unit: string;
      /** Figures worth seeing beside the bar, such as the loss. */
      readonly figures?: Readonly<Record<string, number>>;
    }
  | { readonly kind: "stage-finished"; readonly stage: StageName; readonly skipped: boolean }
  | { readonly kind: "note"; readonly stage: StageName; readonly sentence: string }
  | { readonly kind: "warning"; readonly sentence: string }
  /** Features can be looked at: from a checkpoint (`partial`) or from the finished dictionary. */
  | { readonly kind: "features-ready"; readonly dictionary: string; readonly partial: boolean }
  | MemberEvent
  | { readonly kind: "run-finished"; readonly report: string };

/** How far one dictionary of a sweep is. */
export interface MemberEvent {
  readonly kind: "member";
  /** Name of the dictionary. */
  readonly member: string;
  readonly state: "waiting" | "training" | "trained" | "judging" | "judged" | "failed";
  readonly step: number;
  readonly steps: number;
  /** Vectors per second of its own work, the stream and the other dictionaries left out; 0 while unknown. */
  readonly perSecond: number;
  readonly figures: Readonly<Record<string, number>>;
}

/** The stages of a run, in order. */
export const STAGE_NAMES = [
  "tokenize",
  "train-model",
  "harvest",
  "train-dictionary",
  "evaluate",
  "features",
  "specificity",
  "features-neurons",
] as const;

/** One stage of a run, or an analysis that only `monosem analyse` begins. */
export type StageName = (typeof STAGE_NAMES)[number] | AnalysisName;
