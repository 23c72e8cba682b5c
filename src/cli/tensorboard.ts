import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeEventFiles } from "../interchange/write-event-files.ts";
import { UserError } from "../numerics/user-error.ts";
import { runPaths } from "../store/run-directory.ts";
import type { Command, OptionSpec, OptionValues } from "./command.ts";
import type { ProgressView } from "./draw-progress.ts";

const REFRESH_MS = 10_000;

/** `--tensorboard` of the commands that train. */
export const TENSORBOARD_OPTION = {
  tensorboard: { kind: "flag", describe: "keep event files for TensorBoard in the run's folder tensorboard" },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** `monosem tensorboard RUN`: event files of the logs a run has so far. */
export const tensorboard: Command = {
  summary: "write a run's curves and densities as TensorBoard event files",
  argument: { placeholder: "RUN", describe: "run directory" },
  options: {},
  examples: ["monosem tensorboard runs/demo && tensorboard --logdir runs/demo/tensorboard"],
  run: async ({ argument: run }) => {
    if (run === undefined) throw new UserError("RUN is missing: monosem tensorboard runs/demo", 2);
    if (!existsSync(runPaths(run).config))
      throw new UserError(`${run} is not a run directory: it has no config.json; name one made by monosem run`);
    const files = writeEventFiles(run);
    if (files.length === 0) throw new UserError(`${run}: nothing has begun to learn there, so there are no curves yet`);
    process.stdout.write(`${files.join("\n")}\nLook at them with: tensorboard --logdir ${join(run, "tensorboard")}\n`);
  },
};

/** Where `--tensorboard` is given, a view that keeps the run's event files up to date: every ten seconds, after each stage, at the end. */
export function openEventFileViews(values: OptionValues): ProgressView[] {
  const directory = values.string("run");
  return values.flag("tensorboard") && directory !== undefined ? [createEventFileView(directory)] : [];
}

function createEventFileView(directory: string): ProgressView {
  let writtenAt = Date.now();
  return {
    show: (event) => {
      const now = Date.now();
      if (event.kind !== "stage-finished" && now - writtenAt < REFRESH_MS) return;
      writtenAt = now;
      writeEventFiles(directory);
    },
    end: () => writeEventFiles(directory),
  };
}
