import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunEvent, StageName } from "../../src/pipeline/events.ts";
import { resolveExperiment } from "../../src/pipeline/experiment.ts";
import { readPreset } from "../../src/pipeline/presets.ts";
import { runExperiment } from "../../src/pipeline/run-experiment.ts";
import { hashFile } from "../../src/store/stage-record.ts";
import { breakDisk, Crash, type FailingDisk, type Fault } from "./failing-disk.ts";

/** The smallest run that has all there is: several checkpoints, resampling, sparse and dense steps. */
export const SMALLEST = [
  ...["corpus.builtinBytes=60000", "corpus.vocabulary=300", "model.dModel=16", "model.dMlp=32"],
  ...["model.heads=2", "model.contextLength=16", "training.tokens=1536", "training.batch=8"],
  ...["training.checkpointEvery=3", "training.logEvery=1", "training.validateEvery=4", "training.validateContexts=8"],
  ...[
    "dictionary.features=48",
    "dictionary.tokensPerContext=16",
    "dictionary.batch=32",
    "dictionary.activations=384",
    "dictionary.logEvery=1",
  ],
  ...[
    "dictionary.checkpointEvery=3",
    "dictionary.bufferRows=256",
    "dictionary.looks=4",
    "dictionary.l1=4",
    "dictionary.learningRate=0.05",
  ],
  'dictionary.resampling={"kind":"steps","at":[5,7],"window":2,"inputs":64}',
  ...["evaluation.tokens=256", "features.tokens=256", "features.partialTokens=0"],
];

/** What depends on the clock, on who runs it, or on nothing at all. */
const EXCLUDED = ["progress.json", "timings.json", "lock"];

/** A temporary folder, in memory where the system has such: thousands of runs wait for no disk there. */
export function createRunFolder(name: string): string {
  const parent = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  return mkdtempSync(join(parent, `monosem-${name}-`));
}

export interface StagesRequest {
  readonly directory: string;
  readonly stages: readonly StageName[];
  readonly threads?: number;
  readonly assignments?: readonly string[];
  readonly signal?: AbortSignal;
}

/** Runs stages in this process and returns all they told. */
export async function runStages(request: StagesRequest, onEvent = (_event: RunEvent) => {}): Promise<RunEvent[]> {
  const { directory, stages, threads = 1, assignments = [], signal = new AbortController().signal } = request;
  const experiment = resolveExperiment(readPreset("tiny"), [...SMALLEST, ...assignments], "the smallest run");
  const events: RunEvent[] = [];
  const backend = "auto";
  const wanted = { directory, experiment, stages, dictionaryName: "main", backend, threads } as const;
  for await (const event of runExperiment(wanted, signal)) {
    events.push(event);
    onEvent(event);
  }
  return events;
}

/** Runs stages on a disk that fails; what was told until then, and how it ended. */
export async function runOnFailingDisk(
  request: StagesRequest,
  fault: Omit<Fault, "root">,
): Promise<{ readonly events: RunEvent[]; readonly disk: FailingDisk; readonly error: Error | undefined }> {
  const disk = breakDisk({ ...fault, root: request.directory });
  const events: RunEvent[] = [];
  try {
    await runStages(request, (event) => events.push(event));
    return { events, disk, error: undefined };
  } catch (thrown) {
    return { events, disk, error: thrown as Error };
  } finally {
    disk.mend();
    if (disk.failed()) forgetProcess(request.directory);
  }
}

export function isCrash(error: Error | undefined): boolean {
  return error instanceof Crash || /killed at/.test(error?.message ?? "");
}

/** A process that was only said to be killed lives on: its locks are made those of one that does not. */
function forgetProcess(directory: string): void {
  if (!existsSync(directory)) return;
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  for (const name of names.filter((entry) => /(^|\/)(lock$|\.lock-)/.test(entry))) {
    const path = join(directory, name);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(`"pid":${process.pid}`, `"pid":${2 ** 22 - 3}`));
  }
}

/** SHA-256 of every file of a run but those that tell the time, and without its report, which names the number of threads. */
export function hashRun(directory: string, withoutReport = false): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
  const excluded = withoutReport ? [...EXCLUDED, "report.json", "report.md"] : EXCLUDED;
  const artefacts = names.filter((name) => !excluded.includes(name)).sort();
  return Object.fromEntries(artefacts.map((name) => [name, hashFile(join(directory, name))]));
}

/** Makes a folder a copy of another. */
export function copyRun(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  if (existsSync(from)) cpSync(from, to, { recursive: true });
}

/** Steps that the second of two processes on one run took after the first had already told of them (each step is told of). */
export function countRepeatedSteps(told: readonly (readonly RunEvent[])[], stage: StageName): number {
  const [before = [], after = []] = told;
  const done = progressOf(before, stage).at(-1) ?? 0;
  return progressOf(after, stage).filter((at) => at <= done).length;
}

function progressOf(events: readonly RunEvent[], stage: StageName): number[] {
  return events.flatMap((event) => (event.kind === "progress" && event.stage === stage ? [event.done] : []));
}
