import { UserError } from "../numerics/user-error.ts";
import { type RunPaths, runPaths } from "../store/run-directory.ts";
import { readStageRecord, verifyStageRecord } from "../store/stage-record.ts";
import { describeDifferences } from "./experiment.ts";
import { readRunConfig } from "./run-config.ts";
import type { StageContext } from "./stage.ts";

/**
 * The run whose model a control shuffles, checked to be the very one that this experiment would train: a control is a function of
 * its config alone. Throws a `UserError` where none is named, or another.
 */
export function openControlled({ paths, experiment, reuse }: StageContext): RunPaths {
  if (reuse === undefined)
    throw new UserError(
      `${paths.root} is a control, made of the weights of another run: name that run with monosem run --run ${paths.root} --reuse DIR`,
      2,
    );
  const record = readStageRecord(reuse, "train-model");
  const stored = readRunConfig(reuse);
  if (record === undefined || stored === undefined)
    throw new UserError(`${reuse} holds no trained model: run monosem train-model --run ${reuse} first`);
  const { control: _, ...training } = experiment.training;
  const wanted = { ...stored, seed: experiment.seed, corpus: experiment.corpus, model: experiment.model, training };
  const differences = describeDifferences(stored, wanted);
  if (differences.length > 0)
    throw new UserError(
      `the model of ${reuse} is not the one whose control ${paths.root} would be: ${differences.join("; ")}`,
      2,
    );
  verifyStageRecord(reuse, record);
  return runPaths(reuse);
}
