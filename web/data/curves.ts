import type { Point } from "../charts/line-scales.ts";
import type { LogLines } from "./run-stream.ts";

/** The curve of two fields (`a.b` for field b of a) of the lines of one kind; lines without both are left out. */
export function readCurve(log: LogLines | undefined, kind: string, xField: string, yField: string): Point[] {
  return (log?.get(kind) ?? []).flatMap((line) => {
    const x = readField(line, xField);
    const y = readField(line, yField);
    return typeof x === "number" && typeof y === "number" && Number.isFinite(y) ? [{ x, y }] : [];
  });
}

function readField(line: unknown, path: string): unknown {
  return path.split(".").reduce((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], line);
}

/** The validation loss of a model's log against tokens: the training steps say how many tokens a step takes. */
export function readValidationCurve(log: LogLines | undefined): Point[] {
  const last = log?.get("step")?.at(-1);
  const tokensPerStep = typeof last?.tokens === "number" && last.step > 0 ? last.tokens / last.step : undefined;
  if (tokensPerStep === undefined) return [];
  return readCurve(log, "validation", "step", "loss").map(({ x, y }) => ({ x: x * tokensPerStep, y }));
}
