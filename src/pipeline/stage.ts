import type { ContextProxy } from "../analysis/context-proxy.ts";
import type { Kernels } from "../kernels/kernels.ts";
import type { RunPaths } from "../store/run-directory.ts";
import type { CacheDtype } from "./activation-cache.ts";
import type { RunEvent, StageName } from "./events.ts";
import type { Experiment } from "./experiment.ts";

/** What every stage of a run has at hand. */
export interface StageContext {
  readonly paths: RunPaths;
  readonly experiment: Experiment;
  readonly kernels: Kernels;
  readonly signal: AbortSignal;
  /** The dictionary this run is about; `main` unless named. */
  readonly dictionaryName: string;
  /** Another run directory, whose model a control shuffles. */
  readonly reuse?: string;
  /** The proxies to measure specificity by; those of the presets unless given. */
  readonly proxies?: readonly ContextProxy[];
  /** Further dictionaries of the run that an analysis looks at; all that it can unless given. */
  readonly others?: readonly string[];
  /** The masked cosine above which features are linked; `SPLITTING_THRESHOLD` unless given. */
  readonly threshold?: number;
  /** How harvesting keeps the activations themselves, where it was asked to. */
  readonly cache?: CacheDtype;
}

/** One step from text to feature pages. */
export interface Stage {
  readonly name: StageName;
  /** The stages whose outputs this one reads. */
  readonly needs: readonly StageName[];
  /** What, beside the outputs of `needs`, its result is a function of. */
  readonly inputs: (context: StageContext) => unknown | Promise<unknown>;
  /** Does the work; `inputs` is the hash of all it depends on, under which checkpoints are kept. Returns the files it wrote. */
  readonly run: (context: StageContext, inputs: string) => AsyncGenerator<RunEvent, readonly string[]>;
  /** Removes what only going on with the stage needs; called when its record is written, for without either all its work is lost. */
  readonly tidy?: (context: StageContext) => void;
  /** Whether each dictionary has its own record of this stage. */
  readonly perDictionary: boolean;
}

/** A run stopped on request after saving a checkpoint; the same command goes on from there. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
