import { expect, test } from "vitest";
import type { RunStreamEvent } from "../../src/server/api.ts";
import { readCurve, readValidationCurve } from "./curves.ts";
import { type LogLines, mergeLog } from "./run-stream.ts";

function receive(...events: (RunStreamEvent & { kind: "log" })[]): ReadonlyMap<string, LogLines> {
  return events.reduce<ReadonlyMap<string, LogLines>>(
    (logs, event) => new Map(logs).set(...mergeLog(logs, event)),
    new Map(),
  );
}

const step = (number: number) => ({ step: number, kind: "step", loss: 10 - number, tokens: 100 * number });

test("lines are appended to their log, and a reset begins it anew", () => {
  const model = { kind: "log", source: { kind: "model" } } as const;
  const two = receive({ ...model, reset: true, lines: [step(1)] }, { ...model, reset: false, lines: [step(2)] });
  expect(two.get("model")?.get("step")).toEqual([step(1), step(2)]);
  const anew = receive({ ...model, reset: true, lines: [step(1)] }, { ...model, reset: true, lines: [step(3)] });
  expect(anew.get("model")?.get("step")).toEqual([step(3)]);
});

test("a log that grows very long is thinned but keeps its last line", () => {
  const event = { kind: "log", source: { kind: "dictionary", name: "main" }, reset: false } as const;
  const lines = Array.from({ length: 4001 }, (_, index) => step(index + 1));
  const kept =
    receive({ ...event, lines })
      .get("dictionary:main")
      ?.get("step") ?? [];
  expect(kept.length).toBeLessThan(2100);
  expect(kept.at(-1)?.step).toBe(4001);
});

test("curves leave out lines without a number, and validation is placed by tokens", () => {
  const log: LogLines = new Map([
    ["step", [step(1), { step: 2, kind: "step", loss: null, tokens: 200 }, step(4)]],
    ["validation", [{ step: 2, kind: "validation", loss: 7 }]],
  ]);
  expect(readCurve(log, "step", "tokens", "loss")).toEqual([
    { x: 100, y: 9 },
    { x: 400, y: 6 },
  ]);
  expect(readValidationCurve(log)).toEqual([{ x: 200, y: 7 }]);
  expect(readValidationCurve(undefined)).toEqual([]);
});
