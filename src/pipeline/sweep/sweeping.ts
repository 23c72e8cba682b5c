import type { Kernels } from "../../kernels/kernels.ts";
import type { UserError } from "../../numerics/user-error.ts";
import { runPaths } from "../../store/run-directory.ts";
import type { StageRecord } from "../../store/stage-record.ts";
import type { StageName } from "../events.ts";
import type { RunRequest } from "../run-experiment.ts";
import type { StageContext } from "../stage.ts";
import type { SweepConfig } from "./sweep-config.ts";
import type { SweepMember } from "./sweep-members.ts";

/** What to sweep, in which run; the run is made from `experiment` where there is none yet. */
export interface SweepRequest extends Pick<RunRequest, "directory" | "experiment" | "backend" | "threads"> {
  readonly name: string;
  readonly sweep: SweepConfig;
  /** Whether the pages of every member's features are built too. */
  readonly pages?: boolean;
  /** Bytes that training may take; most of what the machine has free if absent. */
  readonly memoryBytes?: number;
}

/** A sweep under way. */
export interface Sweeping {
  readonly request: SweepRequest;
  readonly members: readonly SweepMember[];
  readonly kernels: Kernels;
  readonly signal: AbortSignal;
  /** Records of the stages that come before the dictionaries' own. */
  readonly shared: ReadonlyMap<StageName, StageRecord>;
  /** Records of the members' training, as they end. */
  readonly trained: Map<string, StageRecord>;
  readonly failed: Map<string, UserError>;
  readonly judged: Set<string>;
}

/**
 * The stage context of one member: judged on as many tokens as the sweep says, and without early pages, which are left to those
 * who ask for them.
 */
export function createMemberContext(
  { request, kernels, signal }: Pick<Sweeping, "request" | "kernels" | "signal">,
  { name, config }: SweepMember,
): StageContext {
  const { directory, experiment, sweep } = request;
  return {
    paths: runPaths(directory),
    experiment: {
      ...experiment,
      dictionary: config,
      evaluation: { ...experiment.evaluation, tokens: sweep.evaluationTokens ?? experiment.evaluation.tokens },
      features: { ...experiment.features, partialTokens: 0 },
    },
    kernels,
    signal,
    dictionaryName: name,
  };
}
