import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { RunEvent, StageName } from "../../src/pipeline/events.ts";
import type { Fault } from "./failing-disk.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const BREAK_DISK = new URL("./break-disk-of-process.ts", import.meta.url).href;

/** How a process that trains is to die: at an operation on the disk, at a system call (counted by `strace`), or after a time. */
export interface Death {
  readonly fault?: Omit<Fault, "root">;
  readonly systemCall?: { readonly names: string; readonly at: number };
  readonly afterMs?: number;
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
  let startMs: number | undefined;
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    if (startMs === undefined && stdout.includes('"kind":"progress"')) startMs = Date.now() - started;
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  if (death.afterMs !== undefined) setTimeout(() => child.kill("SIGKILL"), death.afterMs).unref();
  const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
  });
  return { events: parseEvents(stdout), stderr, code, killed: signal === "SIGKILL" || code === 137, startMs };
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
