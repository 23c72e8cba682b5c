import { mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openSpendingLog } from "./spending-log.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-spending-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a request counts with its most until its cost is known, and for its own model alone", () => {
  const path = join(folder, "a", "spent.jsonl");
  const log = openSpendingLog(path, "http://one small");
  expect(log.before()).toBe(0);
  log.open(0.5);
  log.open(0.25)(0.125);
  openSpendingLog(path, "http://one large").open(7);
  expect(openSpendingLog(path, "http://one small").before()).toBe(0.625);
});

test("cut anywhere, it never says less than what was sent, and goes on", () => {
  const path = join(folder, "cut.jsonl");
  const whole = () => {
    rmSync(path, { force: true });
    const log = openSpendingLog(path, "x");
    log.open(1)(0.5);
    log.open(2);
    return readFileSync(path).length;
  };
  const length = whole();
  for (let kept = 0; kept <= length; kept++) {
    whole();
    truncateSync(path, kept);
    const text = readFileSync(path, "utf8");
    const sent = text.split("\n").filter((line) => line.includes('"most"') && line.endsWith("}"));
    const paid = text.includes('"cost":0.5}');
    const wanted = sent.length === 0 ? 0 : sent.length === 1 ? 1 : 3;
    expect(openSpendingLog(path, "x").before()).toBe(wanted - (paid ? 0.5 : 0));
    openSpendingLog(path, "x").open(8);
    expect(openSpendingLog(path, "x").before()).toBe(wanted - (paid ? 0.5 : 0) + 8);
  }
});
