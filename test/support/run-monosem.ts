import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

/** What a finished command left. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the CLI as its users do, in a process of its own, and waits for its end. */
export function runMonosem(args: readonly string[], input?: string): Promise<CommandResult> {
  const child = startMonosem(args);
  child.stdin?.end(input ?? "");
  return waitFor(child);
}

/** Starts the CLI without waiting; `loopLog` names a file for what `watch-event-loop.ts` sees of it. */
export function startMonosem(args: readonly string[], loopLog?: string): ChildProcess {
  const watch =
    loopLog === undefined ? [] : ["--import", fileURLToPath(new URL("./watch-event-loop.ts", import.meta.url))];
  const env = { ...process.env, ...(loopLog === undefined ? {} : { MONOSEM_LOOP_LOG: loopLog }) };
  return spawn(process.execPath, [...watch, MAIN, ...args], { stdio: ["pipe", "pipe", "pipe"], env });
}

/** Waits for a started command's end. */
export function waitFor(child: ChildProcess): Promise<CommandResult> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout, stderr })));
}
