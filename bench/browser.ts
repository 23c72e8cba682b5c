import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { type RunningServer, startServer } from "../src/server/start-server.ts";
import type { WebAssets } from "../src/server/web-assets.ts";
import { writeFakeRun } from "../test/support/fake-run.ts";
import { buildWebAssets, launchChromium } from "../test/support/open-page.ts";
import { findChromium } from "../test/support/requirements.ts";

// The page in a real browser: opening a feature, flipping to the next one, scrolling a long table, moving a large map; and the bundle's size.

const { values } = parseArgs({
  options: {
    run: { type: "string" },
    features: { type: "string", default: "131072" },
    flips: { type: "string", default: "40" },
    seconds: { type: "string", default: "4" },
    json: { type: "boolean", default: false },
  },
});
const DISTINCT = 512;
const VIEWPORT = { width: 1440, height: 900 };
const LOADS = 15;

/** Runs in the page, which the compiler knows nothing of: presses the key and waits until the next feature is drawn. */
const FLIP_ONCE = `(async () => {
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
  const title = () => document.querySelector("h1").textContent;
  const before = title();
  const start = performance.now();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  while (title() === before || document.querySelector(".stale") !== null) await frame();
  await frame();
  return performance.now() - start;
})()`;

/** Runs in the page: frames per second while whatever scrolls furthest goes down by 240 pixels a frame. */
const SCROLL = `(async (milliseconds) => {
  const root = document.scrollingElement;
  const room = (element) =>
    element === root || /auto|scroll/.test(getComputedStyle(element).overflowY) ? element.scrollHeight - element.clientHeight : 0;
  const scroller = [root, ...document.querySelectorAll("*")].reduce((most, one) => (room(one) > room(most) ? one : most));
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
  const start = await frame();
  let [last, frames, slowest] = [start, 0, 0];
  while (last - start < milliseconds) {
    scroller.scrollTop += 240;
    const now = await frame();
    slowest = Math.max(slowest, now - last);
    last = now;
    frames++;
  }
  return { fps: (1000 * frames) / (last - start), slowestFrameMs: slowest, frames };
})(${1000 * Number(values.seconds)})`;

/** Runs in the page: frames per second while the map is dragged and zoomed a little each frame, with the time a frame takes to draw. */
const MOVE = `(async (milliseconds) => {
  const canvas = document.querySelector(".map-canvas");
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
  const at = (n) => ({ clientX: left + width / 2 + 80 * Math.sin(n / 20), clientY: top + height / 2 + 60 * Math.cos(n / 20), bubbles: true, cancelable: true });
  canvas.setPointerCapture = () => undefined;
  canvas.dispatchEvent(new PointerEvent("pointerdown", { ...at(0), pointerId: 1, button: 0 }));
  const start = await frame();
  let [last, frames, slowest] = [start, 0, 0];
  while (last - start < milliseconds) {
    canvas.dispatchEvent(new PointerEvent("pointermove", { ...at(frames), pointerId: 1 }));
    if (frames % 3 === 0) canvas.dispatchEvent(new WheelEvent("wheel", { ...at(frames), deltaY: Math.sin(frames / 40) < 0 ? 30 : -30 }));
    const now = await frame();
    slowest = Math.max(slowest, now - last);
    last = now;
    frames++;
  }
  canvas.dispatchEvent(new PointerEvent("pointerup", { ...at(frames), pointerId: 1 }));
  return { fps: (1000 * frames) / (last - start), slowestFrameMs: slowest, frames };
})(${1000 * Number(values.seconds)})`;

const executablePath = findChromium();
if (executablePath === undefined) throw new Error("no Chromium found: set MONOSEM_CHROMIUM to its path");
const folder = mkdtempSync(join(tmpdir(), "monosem-bench-"));
const assets = await buildWebAssets();
const made = join(folder, "long");
if (Number(values.features) > 0) writeFakeRun(made, Number(values.features), DISTINCT);
const runs = [...(values.run === undefined ? [] : [resolve(values.run)]), made];
const server = await startServer({ runs, port: 0, assets });
const browser = await launchChromium(executablePath);
try {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.goto(server.url);
  const dictionary = `${basename(runs[0]!).toLowerCase()}-main`;
  report({ name: "browser/bundle", ...measureBundle(assets) });
  report({ name: "browser/open-feature", ...(await measureOpening(page, server, dictionary)) });
  report({ name: "browser/flip", ...(await measureFlips(page, server, dictionary)) });
  report({ name: "browser/table", rows: Number(values.features), ...(await measureScrolling(page, server)) });
  report({ name: "browser/map", points: Number(values.features), ...(await measureMap(page, server)) });
} finally {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Bytes of the scripts and styles that every page loads, and of all: those of an analysis or a model's worker come when they are asked for. */
function measureBundle(built: WebAssets) {
  const page = new TextDecoder().decode(built.get("/index.html")!.body);
  const code = [...built].filter(([path]) => path.endsWith(".js") || path.endsWith(".css"));
  const always = code.filter(([path]) => page.includes(path));
  const sum = (files: typeof code) => files.reduce((total, [, { gzip }]) => total + gzip.byteLength, 0);
  return { alwaysGzipBytes: sum(always), allGzipBytes: sum(code) };
}

/** Milliseconds from asking for the address to its examples on the screen, in a page that has seen the dictionary before. */
async function measureOpening(page: Page, { url }: RunningServer, dictionary: string) {
  const times: number[] = [];
  for (let load = 0; load < LOADS; load++) {
    const start = performance.now();
    await page.goto(new URL(`/d/${dictionary}/f/${1 + load}`, url).href, { waitUntil: "commit" });
    await page.waitForSelector(".example, .pending");
    times.push(performance.now() - start);
  }
  return summarise(times.slice(1));
}

/** Milliseconds from the key to the next feature's number and examples drawn. */
async function measureFlips(page: Page, { url }: RunningServer, dictionary: string) {
  await page.goto(new URL(`/d/${dictionary}/f/1?sort=index&dir=asc`, url).href);
  await page.waitForSelector(".example");
  const times: number[] = [];
  for (let flip = 0; flip < Number(values.flips); flip++) {
    await page.waitForTimeout(150);
    times.push(await page.evaluate<number>(FLIP_ONCE));
  }
  return summarise(times);
}

async function measureMap(page: Page, { url }: RunningServer) {
  await page.goto(new URL("/d/long-main/map", url).href);
  await page.waitForSelector(".map-list tbody tr:not(.spacer)");
  await page.waitForTimeout(500);
  return page.evaluate<Record<string, number>>(MOVE);
}

async function measureScrolling(page: Page, { url }: RunningServer) {
  await page.goto(new URL("/d/long-main/f", url).href);
  await page.waitForSelector(".feature-table [role=row], .feature-table tr");
  await page.waitForTimeout(500);
  return page.evaluate<Record<string, number>>(SCROLL);
}

function summarise(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return { count: sorted.length, medianMs: at(0.5), p95Ms: at(0.95), slowestMs: sorted.at(-1)! };
}

function report(result: Record<string, string | number>): void {
  const rounded = Object.fromEntries(
    Object.entries(result).map(([name, value]) => [
      name,
      typeof value === "number" ? Math.round(value * 10) / 10 : value,
    ]),
  );
  if (values.json) process.stdout.write(`${JSON.stringify(rounded)}\n`);
  else
    process.stdout.write(
      `${Object.entries(rounded)
        .map(([name, value]) => `${name} ${value}`)
        .join("  ")}\n`,
    );
}
