import { rmSync } from "node:fs";
import { type Death, findStrace, runProcess } from "../support/killed-process.ts";
import { copyRun, isCrash, runOnFailingDisk, runStages } from "../support/small-run.ts";
import {
  isIdentical,
  prepareVictim,
  type TorturePlan,
  type TortureResult,
  TRAINING_STAGES,
  type Victim,
} from "./torture-plan.ts";

const SYSTEM_CALLS = [
  "fsync",
  "rename,renameat,renameat2",
  "unlink,unlinkat",
  "link,linkat",
  "write,pwrite64,writev",
  "openat",
] as const;
/** Other system calls are mostly Node's own: these many of them show enough. */
const MOST_OF_A_KIND = 60;

/** In this process: a crash at every operation, at every write torn, and at every operation of the recovery from some of them. */
export async function* tortureInProcess(plan: TorturePlan): AsyncGenerator<TortureResult> {
  for (const stage of TRAINING_STAGES) {
    const victim = await prepareVictim(stage);
    yield await tryPoints(`in-process, ${stage}, crashed at operation k`, plan, (at) =>
      crash(victim, [{ kind: "crash", at }]),
    );
    yield await tryPoints(`in-process, ${stage}, write k torn`, plan, (at) =>
      crash(victim, [{ kind: "torn", at, operation: "write" }]),
    );
    for (const first of [20, 45, 70, 95])
      yield await tryPoints(`in-process, ${stage}, crashed at operation ${first}, then at k`, plan, (at) =>
        crash(victim, [
          { kind: "crash", at: first },
          { kind: "crash", at },
        ]),
      );
    rmSync(victim.root, { recursive: true });
  }
}

/** SIGKILL by the process itself before its operation k on the disk, for every k until it ends by itself. */
export async function* tortureAtEveryOperation(plan: TorturePlan): AsyncGenerator<TortureResult> {
  for (const stage of TRAINING_STAGES) {
    const victim = await prepareVictim(stage);
    yield await tryPoints(`SIGKILL, ${stage}, at operation k`, plan, (at) =>
      kill(victim, { fault: { kind: "kill", at } }),
    );
    rmSync(victim.root, { recursive: true });
  }
}

/** SIGKILL from outside at the k-th system call of a kind, counted by strace in each thread. */
export async function* tortureAtSystemCalls(plan: TorturePlan): AsyncGenerator<TortureResult> {
  if (findStrace() === undefined) {
    yield {
      what: "SIGKILL at system calls",
      tested: 0,
      identical: 0,
      note: "left out: strace is missing or may not trace",
    };
    return;
  }
  const some = { ...plan, points: Math.min(plan.points, MOST_OF_A_KIND) };
  for (const stage of TRAINING_STAGES) {
    const victim = await prepareVictim(stage);
    for (const names of SYSTEM_CALLS)
      yield await tryPoints(`SIGKILL, ${stage}, at system call ${names.split(",")[0]} k`, some, (at) =>
        kill(victim, { systemCall: { names, at } }),
      );
    rmSync(victim.root, { recursive: true });
  }
}

/** Tries k = 1, 2, 3 … until a process ends by itself; `attempt` says whether it ended well, or undefined if nothing happened. */
async function tryPoints(
  what: string,
  { points, deadline }: TorturePlan,
  attempt: (at: number) => Promise<boolean | undefined>,
): Promise<TortureResult> {
  const differing: number[] = [];
  let tested = 0;
  let note: string | undefined = "stopped by --points or --seconds";
  for (let at = 1; tested < points && Date.now() < deadline; at++) {
    const identical = await attempt(at);
    if (identical === undefined) {
      note = undefined;
      break;
    }
    tested++;
    if (!identical) differing.push(at);
  }
  if (differing.length > 0) note = `differing at ${differing.join(", ")}`;
  return { what, tested, identical: tested - differing.length, ...(note === undefined ? {} : { note }) };
}

async function crash(
  { root, prepared, stage, wanted }: Victim,
  faults: readonly { kind: "crash" | "torn"; at: number; operation?: "write" }[],
): Promise<boolean | undefined> {
  const directory = `${root}/broken`;
  copyRun(prepared, directory);
  for (const fault of faults) {
    const { disk, error } = await runOnFailingDisk({ directory, stages: [stage] }, fault);
    if (error !== undefined && !isCrash(error)) throw error;
    if (!disk.failed()) return undefined;
  }
  await runStages({ directory, stages: [stage] });
  return isIdentical(directory, wanted);
}

async function kill({ root, prepared, stage, wanted }: Victim, death: Death): Promise<boolean | undefined> {
  const directory = `${root}/broken`;
  copyRun(prepared, directory);
  const first = await runProcess(directory, stage, death);
  if (!first.killed) return undefined;
  const second = await runProcess(directory, stage);
  return second.code === 0 && isIdentical(directory, wanted);
}
