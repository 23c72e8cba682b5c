import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { selectKernels } from "../../kernels/select.ts";
import { UserError } from "../../numerics/user-error.ts";
import { lockRunDirectory } from "../../store/lock.ts";
import { runPaths } from "../../store/run-directory.ts";
import { readStageRecord, type StageRecord } from "../../store/stage-record.ts";
import { removeUnfinishedWrites } from "../../store/write-atomically.ts";
import type { RunEvent, StageName } from "../events.ts";
import { describeDifferences, type Experiment } from "../experiment.ts";
import { learnsFromFiles } from "../own-activations.ts";
import { createProgressRecorder } from "../progress-recorder.ts";
import { writeReport } from "../report.ts";
import { adoptConfig, readDictionaryConfig, readRunConfig } from "../run-config.ts";
import { demand, type RunRequest, runExperiment } from "../run-experiment.ts";
import { Interrupted, type StageContext } from "../stage.ts";
import { trainDictionaryStage } from "../stages/train-dictionary.ts";
import { STAGES } from "../stages.ts";
import { judgeMember, showMember } from "./judge-member.ts";
import { resolveMembers, type SweepMember } from "./sweep-members.ts";
import { writeSweepResults } from "./sweep-results.ts";
import type { Sweeping, SweepRequest } from "./sweeping.ts";
import { planTraining, trainPart } from "./train-members.ts";

/**
 * Trains and judges the dictionaries of a sweep on one stream of activations, skipping what is done and going on where members
 * were stopped, with the same bytes as if each had been trained alone. Throws a `UserError` at the end where some could not be
 * trained.
 */
export async function* runSweep(request: SweepRequest, signal: AbortSignal): AsyncGenerator<RunEvent> {
  const { directory, experiment, name } = request;
  const members = resolveMembers(experiment, request.sweep, name);
  if (request.pages === true && learnsFromFiles(experiment))
    throw new UserError(
      `${directory} learns from files and has no model, so there are no pages to build: leave --pages out`,
      2,
    );
  checkExisting(request, members);
  yield* prepareRun(request, signal);
  const release = lockRunDirectory(directory);
  try {
    removeUnfinishedWrites(directory);
    const takeBack = members.map((member) =>
      adoptConfig(directory, { ...experiment, dictionary: member.config }, member.name),
    );
    const stages = listStages(request);
    const recorder = createProgressRecorder(directory, stages, (stage) => `${stage}-${name}`);
    let begun = false;
    try {
      for await (const event of sweepMembers(request, members, signal)) {
        begun ||= event.kind === "member" && event.state !== "waiting";
        recorder.record(event);
        yield event;
        await setImmediate();
      }
    } catch (error) {
      recorder.fail(error);
      if (!begun) for (const undo of takeBack) undo();
      throw error;
    }
  } finally {
    release();
  }
}

/** Dictionaries that are there already must be the sweep's own: another config is refused before any work. */
function checkExisting({ directory, experiment }: SweepRequest, members: readonly SweepMember[]): void {
  if (readRunConfig(directory) === undefined) return;
  for (const { name, config } of members) {
    if (!existsSync(runPaths(directory).dictionary(name).config)) continue;
    const there = { ...experiment, dictionary: readDictionaryConfig(directory, name) };
    const differences = describeDifferences(there, { ...experiment, dictionary: config });
    if (differences.length > 0)
      throw new UserError(
        `${directory} holds a dictionary ${name} of another config: ${differences.join("; ")}; choose another --name for the sweep`,
        2,
      );
  }
}

/** Tokenizer, model and measurement of activations, where the run lacks one of them. */
async function* prepareRun(request: SweepRequest, signal: AbortSignal): AsyncGenerator<RunEvent, void> {
  const { directory, experiment, backend, threads } = request;
  const stages = listSharedStages(experiment);
  const isThere = stages.every((stage) => readStageRecord(directory, stage) !== undefined);
  if (isThere && readRunConfig(directory) !== undefined) return;
  const given = threads === undefined ? {} : { threads };
  const preparation: RunRequest = { directory, experiment, stages, dictionaryName: "main", backend, ...given };
  for await (const event of runExperiment(preparation, signal)) if (event.kind !== "run-finished") yield event;
}

async function* sweepMembers(
  request: SweepRequest,
  members: readonly SweepMember[],
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void> {
  const warnings: string[] = [];
  const { backend, threads, directory, experiment } = request;
  const given = threads === undefined ? {} : { threads };
  const kernels = await selectKernels({ backend, ...given, onWarning: (sentence) => warnings.push(sentence) });
  for (const sentence of warnings) yield { kind: "warning", sentence };
  yield { kind: "plan", stages: listStages(request) };
  const context: StageContext = { paths: runPaths(directory), experiment, kernels, signal, dictionaryName: "main" };
  const shared = await demandShared(context);
  const state = { trained: new Map(), failed: new Map(), judged: new Set<string>() };
  const sweeping: Sweeping = { request, members, kernels, signal, shared, ...state };
  yield* trainAndJudge(sweeping);
  writeReport(context);
  yield { kind: "run-finished", report: writeSweepResults(sweeping) };
  throwIfSomeFailed(sweeping);
}

/** Part by part, so that the first figures are there early. */
async function* trainAndJudge(sweeping: Sweeping): AsyncGenerator<RunEvent, void> {
  yield { kind: "stage-started", stage: "train-dictionary" };
  const parts = yield* planTraining(sweeping);
  yield* judgeTrained(sweeping);
  for (const part of parts) {
    yield* trainPart(sweeping, part);
    stopIfAsked(sweeping.signal);
    yield* judgeTrained(sweeping);
  }
  yield { kind: "stage-finished", stage: "train-dictionary", skipped: parts.length === 0 };
  yield { kind: "stage-finished", stage: "evaluate", skipped: false };
  if (sweeping.request.pages === true) yield* showTrained(sweeping);
}

async function* showTrained(sweeping: Sweeping): AsyncGenerator<RunEvent, void> {
  yield { kind: "stage-started", stage: "features" };
  for (const member of sweeping.members) {
    if (!sweeping.trained.has(member.name)) continue;
    yield* showMember(sweeping, member);
    stopIfAsked(sweeping.signal);
  }
  yield { kind: "stage-finished", stage: "features", skipped: false };
}

function listStages({ pages = false }: SweepRequest): readonly StageName[] {
  return ["train-dictionary", "evaluate", ...(pages ? (["features"] as const) : [])];
}

async function* judgeTrained(sweeping: Sweeping): AsyncGenerator<RunEvent, void> {
  for (const member of sweeping.members) {
    if (sweeping.judged.has(member.name) || !sweeping.trained.has(member.name)) continue;
    yield* judgeMember(sweeping, member);
    writeSweepResults(sweeping);
    stopIfAsked(sweeping.signal);
  }
}

/** What a run needs before its dictionaries; one that learns from files has neither text nor model. */
function listSharedStages(experiment: Experiment): readonly StageName[] {
  return learnsFromFiles(experiment) ? ["harvest"] : trainDictionaryStage.needs;
}

async function demandShared(context: StageContext): Promise<ReadonlyMap<StageName, StageRecord>> {
  const records = new Map<StageName, StageRecord>();
  for (const stage of STAGES)
    if (listSharedStages(context.experiment).includes(stage.name))
      records.set(stage.name, await demand(stage, context, records));
  return records;
}

function stopIfAsked(signal: AbortSignal): void {
  if (signal.aborted) throw new Interrupted("saved the dictionaries of the sweep; the same command goes on from there");
}

function throwIfSomeFailed({ failed, members }: Sweeping): void {
  if (failed.size === 0) return;
  const sentences = [...failed].map(([name, error]) => `${name}: ${error.message}`);
  throw new UserError(`${failed.size} of ${members.length} dictionaries could not be trained: ${sentences.join("; ")}`);
}
