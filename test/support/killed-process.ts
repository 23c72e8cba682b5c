import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { RunEvent, StageName } from "../../src/pipeline/events.ts";
import type { Fault } from "./failing-disk.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const BREAK_DISK = new URL("./break-disk-of-process.ts", import.meta.url).href;

/** How a process is to die: at an operation on the disk, at a system call (counted by `strace`), after a time, or after so much work. */
export interface Death {
  readonly fault?: Omit<Fault, "root">;
  readonly systemCall?: { readonly names: string; readonly at: number };
  readonly afterMs?: number;
  /** Once it has told of its progress so many times, and some milliseconds more have passed. */
  readonly afterProgress?: { readonly times: number; readonly thenMs: number };
}

/** What a process told before it ended, and how it ended. */
export interface EndedProcess {
  readonly events: readonly RunEvent[];
  readonly stderr: string;
  readonly code: number | null;
  /** Whether SIGKILL ended it. */
  readonly killed: boolean;
  /** From the start of the process to its first step; undefined if it came to none. */
  readonly startMs: number | undefined;
}

/** Runs one stage by the command line in a process of its own, which dies as told. */
export function runProcess(directory: string, stage: StageName, death: Death = {}, threads = 1): Promise<EndedProcess> {
  return runCommand(directory, [stage, "--run", directory, "--json", "--threads", String(threads)], death);
}

/** Runs a command in a process of its own, which dies as told; operations on the disk count below `root`. */
export async function runCommand(root: string, args: readonly string[], death: Death = {}): Promise<EndedProcess> {
  const node = [process.execPath, ...(death.fault === undefined ? [] : ["--import", BREAK_DISK])];
  const child = startProcess(death, [...node, MAIN, ...args], root);
  const started = Date.now();
  const kill = killAfterProgress(child, death);
  let startMs: number | undefined;
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    const times = stdout.split('"kind":"progress"').length - 1;
    if (times > 0) startMs ??= Date.now() - started;
    kill(times);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  kill(0);
  if (death.afterMs !== undefined) setTimeout(() => child.kill("SIGKILL"), death.afterMs).unref();
  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
  });
  return { events: parseEvents(stdout), stderr, code, killed: signal === "SIGKILL" || code === 137, startMs };
}

/** What is to be told how often the process has told of its progress. */
function killAfterProgress(child: ChildProcess, { afterProgress }: Death): (times: number) => void {
  let isDue = false;
  return (times) => {
    if (afterProgress === undefined || isDue || times < afterProgress.times) return;
    isDue = true;
    setTimeout(() => child.kill("SIGKILL"), afterProgress.thenMs).unref();
  };
}

/** Whether `strace` can put faults into the system calls of a process here. */
export function findStrace(): string | undefined {
  try {
    execFileSync("strace", ["-f", "-qq", "-e", "trace=fsync", "-e", "inject=fsync:signal=KILL:when=1000", "true"], {
      stdio: "ignore",
    });
    return "strace";
  } catch {
    return undefined;
  }
}

function startProcess({ fault, systemCall }: Death, command: readonly string[], directory: string): ChildProcess {
  const inject = systemCall && [
    ...["strace", "-f", "-qq", "-o", "/dev/null", "-e", `trace=${systemCall.names}`],
    ...["-e", `inject=${systemCall.names}:signal=KILL:when=${systemCall.at}`],
  ];
  const [program = "", ...args] = [...(inject ?? []), ...command];
  // Node keeps compiled code in files of its own, whose writes are none of ours.
  const cache = systemCall === undefined ? {} : { NODE_DISABLE_COMPILE_CACHE: "1" };
  const told = fault === undefined ? {} : { MONOSEM_TEST_FAULT: JSON.stringify({ ...fault, root: directory }) };
  return spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...cache, ...told } });
}

function parseEvents(text: string): RunEvent[] {
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as RunEvent];
    } catch {
      return [];
    }
  });
}
