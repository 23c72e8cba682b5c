import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunEvent } from "./events.ts";
import { createProgressRecorder, type RunProgress } from "./progress-recorder.ts";
import type { Timings } from "./timings.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "monosem-progress-"));
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const stage = "train-dictionary";
const at = (seconds: number, done: number): RunEvent => {
  vi.setSystemTime(1000 * seconds);
  return { kind: "progress", stage, done, total: 1000, unit: "vectors" };
};

test("the rate of a resumed stage is that of the work since, and the time left follows from it", () => {
  const recorder = createProgressRecorder(folder, [stage], (name) => `${name}-main`);
  recorder.record({ kind: "stage-started", stage });
  recorder.record(at(5, 600));
  recorder.record(at(15, 700));
  expect(read<RunProgress>("progress.json").stages[0]).toMatchObject({ state: "running", done: 700, etaSeconds: 30 });
  recorder.record(at(25, 800));
  vi.setSystemTime(26_000);
  recorder.record({ kind: "stage-finished", stage, skipped: false });
  expect(read<Timings>("timings.json")).toEqual({
    "train-dictionary-main": { seconds: 26, done: 800, unit: "vectors", perSecond: 10 },
  });
});

test("a skipped stage keeps the timing of the time it ran", () => {
  const recorder = createProgressRecorder(folder, [stage]);
  recorder.record({ kind: "stage-started", stage });
  recorder.record(at(2, 1000));
  recorder.record({ kind: "stage-finished", stage, skipped: false });
  const timings = read<Timings>("timings.json");
  const again = createProgressRecorder(folder, [stage]);
  again.record({ kind: "stage-finished", stage, skipped: true });
  expect(read<Timings>("timings.json")).toEqual(timings);
  expect(read<RunProgress>("progress.json").stages[0]!.state).toBe("skipped");
});

function read<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, name), "utf8")) as T;
}
