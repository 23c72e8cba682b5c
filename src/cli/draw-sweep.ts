import type { MemberEvent, RunEvent } from "../pipeline/events.ts";
import { createPaceMeter } from "../pipeline/pace.ts";
import { formatCount, formatFigure, type ProgressView, renderProgress, renderSentence } from "./draw-progress.ts";

const REDRAW_MS = 100;
const PLAIN_MS = 10_000;
/** Lines of a terminal that the table leaves to its head, the bar and what was said last. */
const OTHER_LINES = 6;

/** A table with one row per dictionary, redrawn in place on a terminal; without one, a line per change and one every ten seconds. */
export function createSweepView(out: NodeJS.WriteStream): ProgressView {
  const measurePace = createPaceMeter();
  const members = new Map<string, MemberEvent>();
  let bar = "";
  let drawn = 0;
  let drawnAt = 0;
  const clear = () => {
    if (drawn > 0) out.write(`\x1b[${drawn}A\r\x1b[J`);
    drawn = 0;
  };
  const draw = () => {
    drawnAt = Date.now();
    if (!out.isTTY) return void (bar !== "" && out.write(`${bar}\n`));
    clear();
    const table = renderMemberTable([...members.values()], Math.max(1, out.rows - OTHER_LINES));
    const lines = [...table, bar].map((line) => line.slice(0, Math.max(20, out.columns - 1)));
    out.write(`${lines.join("\n")}\n`);
    drawn = lines.length;
  };
  const say = (sentence: string) => {
    clear();
    out.write(`${sentence}\n`);
    if (out.isTTY) draw();
  };
  const isDue = () => Date.now() - drawnAt >= (out.isTTY ? REDRAW_MS : PLAIN_MS);
  const showMember = (event: MemberEvent) => {
    const before = members.get(event.member);
    members.set(event.member, keepSteps(event, before));
    const isNews = before !== undefined && before.state !== event.state && event.state !== "training";
    if (!out.isTTY && isNews) say(renderChange(event));
    else if (isDue() && out.isTTY) draw();
  };
  const show = (event: RunEvent) => {
    if (event.kind === "member") return showMember(event);
    if (event.kind === "progress") {
      bar = renderProgress(event, measurePace(event, Date.now()));
      if (isDue()) draw();
      return;
    }
    const sentence = renderSentence(event);
    if (sentence !== undefined) say(sentence);
  };
  return { show, end: clear };
}

/** The members as lines of a table with a head; those beyond `rows` are counted, the idle ones first. */
export function renderMemberTable(members: readonly MemberEvent[], rows: number): string[] {
  if (members.length === 0) return [];
  const cut = members.length > rows ? chooseRows(members, rows - 1) : members;
  const names = Math.max(...cut.map(({ member }) => member.length), "dictionary".length);
  const line = (name: string, cells: readonly string[]) =>
    `${name.padEnd(names)}${cells.map((cell) => cell.padStart(12)).join("")}`;
  const left = members.length - cut.length;
  return [
    line("dictionary", ["state", "step", "loss", "L0", "recovered", "vectors/s"]),
    ...cut.map((event) => line(event.member, renderCells(event))),
    ...(left > 0 ? [`and ${left} more: ${countStates(members.filter((member) => !cut.includes(member)))}`] : []),
  ];
}

function renderCells({ state, step, steps, perSecond, figures }: MemberEvent): string[] {
  const figure = (name: string) => (figures[name] === undefined ? "" : formatFigure(figures[name]));
  return [
    state,
    steps === 0 ? "" : `${step}/${steps}`,
    figure("loss"),
    figure("L0"),
    figure("loss recovered"),
    perSecond > 0 ? formatCount(perSecond) : "",
  ];
}

/** Those at work before those that wait or are done; in the sweep's order. */
function chooseRows(members: readonly MemberEvent[], count: number): readonly MemberEvent[] {
  const busy = members.filter(({ state }) => state === "training" || state === "judging" || state === "failed");
  const idle = members.filter((member) => !busy.includes(member));
  const chosen = new Set([...busy, ...idle].slice(0, count));
  return members.filter((member) => chosen.has(member));
}

function countStates(members: readonly MemberEvent[]): string {
  const counts = new Map<string, number>();
  for (const { state } of members) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(", ");
}

/** Judging tells nothing of steps and loss: what training said of them stays. */
function keepSteps(event: MemberEvent, before: MemberEvent | undefined): MemberEvent {
  if (before === undefined || event.steps > 0) return event;
  const { step, steps, perSecond } = before;
  return { ...event, step, steps, perSecond, figures: { ...before.figures, ...event.figures } };
}

function renderChange({ member, state, figures }: MemberEvent): string {
  const named = Object.entries(figures).map(([name, value]) => `${name} ${formatFigure(value)}`);
  return [`${member}: ${state}`, ...named].join(", ");
}
