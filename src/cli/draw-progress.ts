import type { RunEvent } from "../pipeline/events.ts";
import { createPaceMeter, type Pace, type WorkProgress } from "../pipeline/pace.ts";

/** Something that shows a run's events to the person, or the program, that started it. */
export interface ProgressView {
  readonly show: (event: RunEvent) => void;
  readonly end: () => void;
}

const BAR_WIDTH = 24;
const REDRAW_MS = 100;
const PLAIN_MS = 10_000;

/** JSON lines, one an event, for machines (`--json`). */
export function createJsonView(out: NodeJS.WritableStream): ProgressView {
  return { show: (event) => out.write(`${JSON.stringify(event)}\n`), end: () => undefined };
}

/** A bar with rate and time left on a terminal; without one, a plain line every ten seconds. */
export function createProgressView(out: NodeJS.WriteStream): ProgressView {
  const bar = createProgressBar(out);
  const show = (event: RunEvent) => {
    if (event.kind === "progress") return bar.draw(event);
    const sentence = renderSentence(event);
    if (sentence === undefined) return;
    bar.clear();
    out.write(`${sentence}\n`);
  };
  return { show, end: bar.clear };
}

/** The bar alone, for work that is no run. */
export function createProgressBar(out: NodeJS.WriteStream): {
  readonly draw: (work: WorkProgress) => void;
  readonly clear: () => void;
} {
  const measurePace = createPaceMeter();
  const state = { drawnAt: 0, line: false };
  const clear = () => {
    if (state.line) out.write("\r\x1b[2K");
    state.line = false;
  };
  const draw = (work: WorkProgress) => {
    const now = Date.now();
    const pace = measurePace(work, now);
    if (now - state.drawnAt < (out.isTTY ? REDRAW_MS : PLAIN_MS)) return;
    state.drawnAt = now;
    const text = renderProgress(work, pace);
    if (!out.isTTY) return void out.write(`${text}\n`);
    out.write(`\r\x1b[2K${text.slice(0, Math.max(20, out.columns - 1))}`);
    state.line = true;
  };
  return { draw, clear };
}

/** What is said of an event on a line of its own, if anything. */
export function renderSentence(event: Exclude<RunEvent, { kind: "progress" }>): string | undefined {
  switch (event.kind) {
    case "stage-finished":
      return `${event.stage}: ${event.skipped ? "unchanged, skipped" : "done"}`;
    case "note":
      return `${event.stage}: ${event.sentence}`;
    case "warning":
      return `warning: ${event.sentence}`;
    case "features-ready":
      return event.partial ? "first features of the growing dictionary are ready" : "features are ready";
    case "member":
    case "plan":
    case "stage-started":
    case "run-finished":
      return undefined;
    default:
      return event satisfies never;
  }
}

/** A bar with share, time left, rate and figures. */
export function renderProgress(event: WorkProgress, { perSecond, etaSeconds }: Pace): string {
  const share = event.total > 0 ? Math.min(1, event.done / event.total) : 0;
  const filled = Math.round(share * BAR_WIDTH);
  const figures = Object.entries(event.figures ?? {}).map(([name, value]) => `${name} ${formatFigure(value)}`);
  return [
    event.stage.padEnd(16),
    "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled),
    `${Math.round(share * 100)} %`.padStart(5),
    etaSeconds === null ? "" : `${formatDuration(etaSeconds)} left`,
    perSecond > 0 ? `${formatCount(perSecond)} ${event.unit}/s` : "",
    ...figures,
  ]
    .filter((part) => part !== "")
    .join("  ");
}

/** A figure with three digits, large ones whole. */
export function formatFigure(value: number): string {
  return Math.abs(value) >= 100 || Number.isInteger(value) ? formatCount(value) : value.toPrecision(3);
}

/** A count as `950`, `12.3k` or `1.20M`. */
export function formatCount(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)}M`;
  return value >= 1e4 ? `${(value / 1e3).toFixed(1)}k` : `${Math.round(value)}`;
}

/** Seconds as `45 s`, `3:07 min` or `2:15 h`. */
export function formatDuration(seconds: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)} min`;
  return `${Math.floor(seconds / 3600)}:${two((seconds % 3600) / 60)} h`;
}
