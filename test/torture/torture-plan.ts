import { readdirSync } from "node:fs";
import type { StageName } from "../../src/pipeline/events.ts";
import { copyRun, createRunFolder, hashRun, runStages } from "../support/small-run.ts";

/** How much is to be tried. */
export interface TorturePlan {
  /** At most so many points of each kind. */
  readonly points: number;
  readonly kills: number;
  readonly seed: number;
  /** In milliseconds since 1970: nothing is begun after it. */
  readonly deadline: number;
}

/** One line of the result. */
export interface TortureResult {
  readonly what: string;
  readonly tested: number;
  readonly identical: number;
  readonly note?: string;
}

/** A stage ready to be run and what it ends with when nobody disturbs it. */
export interface Victim {
  readonly root: string;
  readonly prepared: string;
  readonly stage: TrainingStage;
  readonly wanted: Record<string, string>;
}

export const TRAINING_STAGES = ["train-model", "train-dictionary"] as const satisfies readonly StageName[];
export type TrainingStage = (typeof TRAINING_STAGES)[number];

const BEFORE = {
  "train-model": ["tokenize"],
  "train-dictionary": ["tokenize", "train-model", "harvest"],
} as const;

/** Prepares a stage of the smallest run, with other fields where given. */
export async function prepareVictim(stage: TrainingStage, assignments: readonly string[] = []): Promise<Victim> {
  const root = createRunFolder("torture");
  const prepared = `${root}/prepared`;
  const whole = `${root}/whole`;
  await runStages({ directory: prepared, stages: BEFORE[stage], assignments });
  copyRun(prepared, whole);
  await runStages({ directory: whole, stages: [stage], assignments });
  return { root, prepared, stage, wanted: hashRun(whole) };
}

/** Whether a run ended with the bytes of the undisturbed one, and left nothing else behind. */
export function isIdentical(directory: string, wanted: Record<string, string>): boolean {
  const left = readdirSync(directory).filter((name) => name === "lock" || name.startsWith("."));
  return left.length === 0 && JSON.stringify(hashRun(directory)) === JSON.stringify(wanted);
}
