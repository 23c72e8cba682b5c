import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { ContextProxy } from "../analysis/context-proxy.ts";
import { selectKernels } from "../kernels/select.ts";
import { UserError } from "../numerics/user-error.ts";
import { lockRunDirectory } from "../store/lock.ts";
import { runPaths } from "../store/run-directory.ts";
import {
  hashOutputs,
  hashValue,
  readStageRecord,
  type StageRecord,
  verifyStageRecord,
  writeStageRecord,
} from "../store/stage-record.ts";
import { removeUnfinishedWrites, shareAtomically } from "../store/write-atomically.ts";
import type { CacheDtype } from "./activation-cache.ts";
import { NEURONS } from "./dictionary-files.ts";
import type { RunEvent, StageName } from "./events.ts";
import type { Experiment } from "./experiment.ts";
import { isInTraining, lookAtTraining } from "./look-at-training.ts";
import { openControlled } from "./open-controlled.ts";
import { learnsFromFiles } from "./own-activations.ts";
import { createProgressRecorder } from "./progress-recorder.ts";
import { writeReport } from "./report.ts";
import { adoptConfig } from "./run-config.ts";
import { Interrupted, type Stage, type StageContext } from "./stage.ts";
import { trainDictionaryStage } from "./stages/train-dictionary.ts";
import { STAGES } from "./stages.ts";

/** What to run, where, on what. */
export interface RunRequest {
  readonly directory: string;
  readonly experiment: Experiment;
  /** Stages to run; one left out must have been run before. */
  readonly stages: readonly StageName[];
  readonly dictionaryName: string;
  readonly backend: "auto" | "native" | "reference";
  readonly threads?: number;
  /** Another run directory whose finished stages are taken over where their inputs are the same. */
  readonly reuse?: string;
  /** The proxies to measure specificity by; those of the presets unless given. */
  readonly proxies?: readonly ContextProxy[];
  /** Further dictionaries of the run that an analysis looks at; all that it can unless given. */
  readonly others?: readonly string[];
  /** The masked cosine above which features are linked; `SPLITTING_THRESHOLD` unless given. */
  readonly threshold?: number;
  /** How harvesting keeps the activations themselves, where it shall. */
  readonly cache?: CacheDtype;
}

/**
 * Stages built upon without asking what they were run with: the text may be gone by now, and every dictionary uses the run's
 * one measurement of activations, which is checked for its site where it is read.
 */
const TRUSTED: ReadonlySet<StageName> = new Set(["tokenize", "harvest"]);

/** The stages that activations alone are enough for. */
const WITHOUT_MODEL: ReadonlySet<StageName> = new Set(["harvest", "train-dictionary", "evaluate"]);

/**
 * Runs the stages in order: a stage whose inputs did not change is skipped, one that was interrupted goes on from its
 * last checkpoint. Holds the directory's lock for as long as it runs, unless it only looks at a dictionary in training.
 */
export async function* runExperiment(request: RunRequest, signal: AbortSignal): AsyncGenerator<RunEvent> {
  const { directory, stages, dictionaryName } = request;
  if (stages.join() === "features" && isInTraining(runPaths(directory), dictionaryName)) yield* look(request, signal);
  else yield* runLocked(request, signal);
}

/** Takes a first look at a dictionary whose training goes on, or was stopped. */
async function* look(request: RunRequest, signal: AbortSignal): AsyncGenerator<RunEvent> {
  adoptConfig(request.directory, request.experiment, request.dictionaryName);
  const context = yield* openContext(request, signal, []);
  const inputs = await hashInputs(trainDictionaryStage, context, await demandBefore(trainDictionaryStage, context));
  yield* lookAtTraining(context, inputs);
}

async function* runLocked(request: RunRequest, signal: AbortSignal): AsyncGenerator<RunEvent> {
  const release = lockRunDirectory(request.directory);
  try {
    removeUnfinishedWrites(request.directory);
    const stages = chooseStages(request);
    const takeBackConfig = adoptConfig(request.directory, request.experiment, request.dictionaryName);
    const recorder = createProgressRecorder(request.directory, stages, (name) =>
      nameRecord(STAGES.find((stage) => stage.name === name)!, request.dictionaryName),
    );
    let begun = false;
    try {
      for await (const event of runStages({ ...request, stages }, signal, nameLeftOut(request))) {
        begun ||= event.kind === "stage-finished" || (event.kind === "stage-started" && event.stage !== "harvest");
        recorder.record(event);
        yield event;
        await setImmediate();
      }
    } catch (error) {
      recorder.fail(error);
      if (!begun) takeBackConfig();
      throw error;
    }
  } finally {
    release();
  }
}

/** The stages asked for that this experiment has; one that learns from files measures them first. */
function chooseStages({ stages, experiment, directory, dictionaryName }: RunRequest): readonly StageName[] {
  if (dictionaryName === NEURONS) return stages.map((name) => (name === "features" ? "features-neurons" : name));
  if (!learnsFromFiles(experiment)) return stages;
  const chosen = STAGES.map(({ name }) => name).filter(
    (name) => name === "harvest" || (stages.includes(name) && WITHOUT_MODEL.has(name)),
  );
  if (stages.some((name) => WITHOUT_MODEL.has(name))) return chosen;
  throw new UserError(
    `${directory} learns from files of activations and has no model: ${stages.join(", ")} cannot be run there, ${[...WITHOUT_MODEL].join(", ")} can`,
    2,
  );
}

/** What of the stages asked for a run without a model leaves out. */
function nameLeftOut({ stages, experiment }: RunRequest): string[] {
  const left = learnsFromFiles(experiment) ? stages.filter((name) => !WITHOUT_MODEL.has(name)) : [];
  return left.length === 0 ? [] : [`this run learns from files and has no model: ${left.join(", ")} left out`];
}

async function* openContext(
  request: RunRequest,
  signal: AbortSignal,
  warnings: string[],
): AsyncGenerator<RunEvent, StageContext> {
  const kernels = await selectKernels({
    backend: request.backend,
    ...(request.threads === undefined ? {} : { threads: request.threads }),
    onWarning: (sentence) => warnings.push(sentence),
  });
  for (const sentence of warnings) yield { kind: "warning", sentence };
  return {
    paths: runPaths(request.directory),
    experiment: request.experiment,
    kernels,
    signal,
    dictionaryName: request.dictionaryName,
    ...(request.reuse === undefined ? {} : { reuse: request.reuse }),
    ...(request.proxies === undefined ? {} : { proxies: request.proxies }),
    ...(request.others === undefined ? {} : { others: request.others }),
    ...(request.threshold === undefined ? {} : { threshold: request.threshold }),
    ...(request.cache === undefined ? {} : { cache: request.cache }),
  };
}

async function* runStages(request: RunRequest, signal: AbortSignal, warnings: string[]): AsyncGenerator<RunEvent> {
  const context = yield* openContext(request, signal, warnings);
  refuseControlOfNothing(context);
  yield { kind: "plan", stages: request.stages };
  const records = new Map<StageName, StageRecord>();
  for (const stage of STAGES) {
    if (request.stages.includes(stage.name)) {
      const inputs = await hashInputs(stage, context, records);
      records.set(stage.name, yield* runStage(stage, context, inputs, request.reuse));
    } else if (request.stages.some((name) => isNeededBy(stage.name, name)))
      records.set(stage.name, await demand(stage, context, records));
    if (signal.aborted) throw new Interrupted(`stopped after ${stage.name}; the same command goes on from here`);
  }
  yield { kind: "run-finished", report: writeReport(context) };
}

/** A control that is yet to be made needs the run it is made of, which is better said before the text is read. */
function refuseControlOfNothing(context: StageContext): void {
  const isMade = readStageRecord(context.paths.root, "train-model") !== undefined;
  if (context.experiment.training.control !== undefined && !isMade) openControlled(context);
}

/** Runs a stage, unless it was run with the same inputs, and keeps its record. */
export async function* runStage(
  stage: Stage,
  context: StageContext,
  inputs: string,
  reuse?: string,
): AsyncGenerator<RunEvent, StageRecord> {
  const root = context.paths.root;
  const name = nameRecord(stage, context.dictionaryName);
  if (reuse !== undefined) takeOver(reuse, root, name, inputs);
  const earlier = readStageRecord(root, name);
  if (earlier?.inputs === inputs) {
    verifyStageRecord(root, earlier);
    stage.tidy?.(context);
    yield { kind: "stage-finished", stage: stage.name, skipped: true };
    return earlier;
  }
  yield { kind: "stage-started", stage: stage.name };
  const files = yield* runInterruptibly(stage, context, inputs);
  const record = writeStageRecord(root, name, inputs, files);
  stage.tidy?.(context);
  yield { kind: "stage-finished", stage: stage.name, skipped: false };
  return record;
}

/** Work that has nothing to save ends with the signal's own error. */
async function* runInterruptibly(
  stage: Stage,
  context: StageContext,
  inputs: string,
): AsyncGenerator<RunEvent, readonly string[]> {
  try {
    return yield* stage.run(context, inputs);
  } catch (error) {
    if (!context.signal.aborted || (error as Error).name !== "AbortError") throw error;
    throw new Interrupted(`stopped during ${stage.name}; the same command goes on from there`);
  }
}

/** The hash of all a stage is a function of: its own settings and the outputs of the stages before it. */
export async function hashInputs(
  stage: Stage,
  context: StageContext,
  records: ReadonlyMap<StageName, StageRecord>,
): Promise<string> {
  const upstream = stage.needs.map((name) => {
    const record = records.get(name);
    return record === undefined ? null : hashOutputs(record);
  });
  return hashValue({ stage: stage.name, own: await stage.inputs(context), upstream });
}

/** The record of a stage that was run before; a `UserError` where it was not, or with other settings. */
export async function demand(
  stage: Stage,
  context: StageContext,
  records: ReadonlyMap<StageName, StageRecord>,
): Promise<StageRecord> {
  if (hasNothingToDo(stage, context)) return { stage: stage.name, inputs: "", outputs: [] };
  const record = readStageRecord(context.paths.root, nameRecord(stage, context.dictionaryName));
  if (record === undefined)
    throw new UserError(
      `${context.paths.root}: stage ${stage.name} has not been run there; run monosem ${stage.name} --run ${context.paths.root} first`,
    );
  if (!TRUSTED.has(stage.name) && record.inputs !== (await hashInputs(stage, context, records)))
    throw new UserError(
      `${context.paths.root}: stage ${stage.name} was run there with other settings than now; run monosem ${stage.name} --run ${context.paths.root} first`,
    );
  verifyStageRecord(context.paths.root, record);
  return record;
}

/** The records of the stages that a stage needs; a `UserError` where one of them has not been run. */
export async function demandBefore(
  { needs }: Stage,
  context: StageContext,
): Promise<ReadonlyMap<StageName, StageRecord>> {
  const records = new Map<StageName, StageRecord>();
  for (const stage of STAGES)
    if (needs.includes(stage.name)) records.set(stage.name, await demand(stage, context, records));
  return records;
}

/** Neurons need no training, activations from files no model. */
function hasNothingToDo({ name }: Stage, { dictionaryName, experiment }: StageContext): boolean {
  if (name === "train-dictionary" && dictionaryName === NEURONS) return true;
  return learnsFromFiles(experiment) && !WITHOUT_MODEL.has(name);
}

function isNeededBy(name: StageName, by: StageName): boolean {
  const needs = STAGES.find((stage) => stage.name === by)!.needs;
  return needs.includes(name) || needs.some((other) => isNeededBy(name, other));
}

/** Under which name a stage's record is kept. */
export function nameRecord(stage: Stage, dictionaryName: string): string {
  return stage.perDictionary ? `${stage.name}-${dictionaryName}` : stage.name;
}

/** Takes a finished stage of another run over, as hard links where the file system can, if its inputs were the same. */
function takeOver(from: string, to: string, name: string, inputs: string): void {
  if (readStageRecord(to, name)?.inputs === inputs) return;
  const record = readStageRecord(from, name);
  if (record?.inputs !== inputs) return;
  verifyStageRecord(from, record);
  const files = record.outputs.map(({ path }) => path);
  for (const path of files) shareAtomically(join(from, path), join(to, path));
  writeStageRecord(
    to,
    name,
    inputs,
    files.map((path) => join(to, path)),
  );
}
