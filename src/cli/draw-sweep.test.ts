import { expect, test } from "vitest";
import type { MemberEvent, RunEvent } from "../pipeline/events.ts";
import { createSweepView, renderMemberTable } from "./draw-sweep.ts";

const member = (name: string, changes: Partial<MemberEvent> = {}): MemberEvent => ({
  kind: "member",
  member: name,
  state: "waiting",
  step: 0,
  steps: 0,
  perSecond: 0,
  figures: {},
  ...changes,
});

const training = member("l1-2", {
  state: "training",
  step: 20,
  steps: 400,
  perSecond: 51_234,
  figures: { loss: 12.345, L0: 31.27 },
});

function show(events: readonly RunEvent[], isTTY: boolean): string {
  const written: string[] = [];
  const out = { isTTY, columns: 100, rows: 30, write: (text: string) => written.push(text) };
  const view = createSweepView(out as unknown as NodeJS.WriteStream);
  for (const event of events) view.show(event);
  view.end();
  return written.join("");
}

test("the table has a row per dictionary with step, loss, L0, rate and state", () => {
  const [head, first, second, ...more] = renderMemberTable([training, member("a-longer-name")], 10);
  expect(head!.split(/ {2,}/)).toEqual(["dictionary", "state", "step", "loss", "L0", "recovered", "vectors/s"]);
  expect(first!.split(/ {2,}/)).toEqual(["l1-2", "training", "20/400", "12.3", "31.3", "51.2k"]);
  expect(second!.split(/ {2,}/)).toEqual(["a-longer-name", "waiting", ...Array.from({ length: 1 }, () => "")]);
  expect(more).toEqual([]);
});

test("a table higher than the terminal keeps those at work and counts the others", () => {
  const idle = Array.from({ length: 9 }, (_, index) =>
    member(`m${index}`, { state: index < 4 ? "judged" : "waiting" }),
  );
  const lines = renderMemberTable([...idle, training], 4);
  expect(lines).toHaveLength(5);
  expect(lines.some((line) => line.startsWith("l1-2"))).toBe(true);
  expect(lines.at(-1)).toBe("and 7 more: 2 judged, 5 waiting");
});

test("on a terminal the table is redrawn in place and sentences stay above it", () => {
  const text = show([training, { kind: "warning", sentence: "a sentence" }, { ...training, step: 40 }], true);
  const above = text.lastIndexOf("a sentence");
  expect(above).toBeGreaterThan(0);
  expect(text.slice(above)).toContain("dictionary");
  expect(text).toContain("\x1b[3A\r\x1b[J");
});

test("without a terminal each change of state is a line, and judging keeps what training said", () => {
  const judged = member("l1-2", { state: "judged", figures: { L0: 30, "loss recovered": 0.95 } });
  const text = show([member("l1-2"), training, { ...training, step: 400, state: "trained" }, judged], false);
  expect(text).toBe("l1-2: trained, loss 12.3, L0 31.3\nl1-2: judged, L0 30, loss recovered 0.950\n");
});
