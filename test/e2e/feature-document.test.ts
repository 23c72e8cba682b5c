import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import type { WebAssets } from "../../src/server/web-assets.ts";
import { type ChosenFeatures, exportFeature } from "../../src/site/export-feature.ts";
import { openAnnotations } from "../../src/store/annotations.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { type FakeRun, writeFakeRun } from "../support/fake-run.ts";
import {
  buildWebAssets,
  launchChromium,
  openTables,
  openWatchedPage,
  type Viewing,
  WHOLE_EXAMPLES,
} from "../support/open-page.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { readPanels } from "../support/visit-copy.ts";

const FEATURES = 60;
const NOW = "2026-01-01T00:00:00.000Z";
const NO_CHROMIUM = "no Chromium found (set MONOSEM_CHROMIUM to its path)";
/** A folder whose name becomes a title. */
const HOSTILE = "<!-- <script>alert(1)<\u202e";
const WIDE: Viewing = { theme: "light", width: 1440 };

let folder: string;
let run: string;
let fake: FakeRun;
let assets: WebAssets;
let server: RunningServer;
let browser: Browser | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "monosem-document-"));
  run = join(folder, HOSTILE);
  fake = writeFakeRun(run, FEATURES);
  assets = await buildWebAssets();
  server = await startServer({ runs: [run], port: 0, assets, writable: false });
  const executable = findChromium();
  if (executable !== undefined) browser = await launchChromium(executable);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function write(
  features: readonly number[],
  { dictionary = "main", out = join(folder, "feature.html") } = {},
): Promise<string> {
  return writeChosen({ kind: "features", dictionary, features }, out);
}

async function writeChosen(chosen: ChosenFeatures, out = join(folder, "feature.html")): Promise<string> {
  const file = await exportFeature({ run, chosen, out, assets }, new AbortController().signal);
  expect(readFileSync(file.out).length).toBe(file.bytes);
  return file.out;
}

async function visit(
  address: string,
  origin: string,
  look: (page: Page) => Promise<void>,
  viewing: Viewing = WIDE,
): Promise<void> {
  const { page, problems } = await openWatchedPage(browser!, origin, viewing);
  const asked: string[] = [];
  const said: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("dialog", (dialog) => {
    said.push(dialog.message());
    void dialog.dismiss();
  });
  try {
    await page.goto(address);
    await page.waitForSelector("h1");
    await look(page);
    expect([...problems, ...said]).toEqual([]);
    if (origin.startsWith("file:")) expect(asked.length).toBe(1);
  } finally {
    await page.close();
  }
}

/** Looks at a written file as if it had been double-clicked: on file://, where nothing else may be asked for. */
function open(path: string, look: (page: Page) => Promise<void>, viewing = WIDE, part = ""): Promise<void> {
  const address = pathToFileURL(path).href;
  return visit(address + part, address, look, viewing);
}

test("a feature's file opens without a server and shows every number of the served page", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  for (const feature of [2, 17, 8]) {
    const texts: string[] = [];
    const look = async (page: Page) => void texts.push(await readPanels(page));
    await open(await write([feature]), look);
    const id = "script-alert-1-main";
    await visit(new URL(`/d/${id}/f/${feature}`, server.url).href, server.url, look);
    expect(texts[0]!.length).toBeGreaterThan(200);
    expect(texts[0]).toBe(texts[1]);
  }
});

test("a feature's file shows what it stands for as the served page does, and another's says nothing of it", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const texts: string[] = [];
  const look = async (page: Page) => {
    const panel = page.locator("#proxy");
    await panel.locator('svg[aria-label*="are Arabic script"]').first().waitFor();
    await openTables(panel);
    texts.push(await panel.innerText());
  };
  await visit(new URL("/d/script-alert-1-main/f/2", server.url).href, server.url, look);
  await open(await write([2, 17]), look);
  expect(texts[1]).toBe(texts[0]);
  expect(texts[0]).toContain("base64");
  await open(await write([17]), async (page) => {
    await page.locator(WHOLE_EXAMPLES).first().waitFor();
    expect(await page.locator("#proxy").count()).toBe(0);
  });
});

test("a feature's file is at most 150 kB", async () => {
  for (const { index } of fake.records.slice(0, 10))
    expect(readFileSync(await write([index])).length).toBeLessThanOrEqual(150_000);
});

test("the page saves a feature as the same file that the command writes", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const saved = join(folder, "saved.html");
  const texts: string[] = [];
  const look = async (page: Page) => void texts.push(await readPanels(page));
  await visit(new URL("/d/script-alert-1-main/f/17", server.url).href, server.url, async (page) => {
    await look(page);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as HTML" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("script-alert-1-main-feature-17.html");
    await download.saveAs(saved);
  });
  await open(saved, look);
  expect(texts[1]).toBe(texts[0]);
  const written = readFileSync(await write([17])).length;
  expect(Math.abs(readFileSync(saved).length - written)).toBeLessThan(2000);
});

test("several features share a file, each with its own address", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const path = await write([2, 17, 8]);
  const heading = (page: Page, feature: number) =>
    page.getByRole("heading", { name: `Feature ${feature}`, exact: true, level: 1 }).waitFor();
  await open(path, async (page) => {
    await heading(page, 2);
    await page.getByRole("link", { name: "17", exact: true }).click();
    await heading(page, 17);
    await page.waitForSelector(WHOLE_EXAMPLES);
    await page.goBack();
    await heading(page, 2);
  });
  await open(path, (page) => heading(page, 8), WIDE, "#/d/script-alert-1-main/f/8");
  await open(path, (page) => heading(page, 2), WIDE, "#/d/another/f/8");
});

test("a list is a file with its notes, and its features' labels", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const labels = openAnnotations(runPaths(run).labels);
  const of = { dictionary: "main", feature: 17, weights: "0".repeat(64) };
  labels.change(of, { label: "<!-- <script> numbers" }, NOW);
  const { id } = labels.createList("</title><script>alert(2)", NOW);
  const items = [2, 17].map((feature) => ({ dictionary: "main", feature, note: `</script> note on ${feature}` }));
  labels.changeList(id, "</title><script>alert(2)", items, NOW);
  labels.close();
  const path = await writeChosen({ kind: "list", list: id });
  await open(path, async (page) => {
    await page.getByText("</script> note on 2").waitFor();
    expect(await page.locator(".brand").textContent()).toBe("</title><script>alert(2)");
    await page.getByRole("link", { name: "17", exact: true }).click();
    await page.getByText("</script> note on 17").waitFor();
    await page.getByText("<!-- <script> numbers").first().waitFor();
  });
  await expect(writeChosen({ kind: "list", list: 99 })).rejects.toThrow(`has no list 99: it has ${id}`);
});

test("a file looks right in both themes and on a narrow screen, and its theme can be changed", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const path = await write([2]);
  const ink = (page: Page) => page.evaluate<string>("getComputedStyle(document.body).color");
  const inks: string[] = [];
  for (const theme of ["light", "dark"] as const) {
    const look = async (page: Page) => {
      await page.waitForSelector(WHOLE_EXAMPLES);
      inks.push(await ink(page));
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
      await page.getByRole("button", { name: /^Theme: auto/ }).click();
      await page.getByRole("button", { name: /^Theme: light/ }).click();
      inks.push(await ink(page));
    };
    await open(path, look, { theme, width: 390 });
  }
  const [light, chosen, dark, chosenAgain] = inks;
  expect(light).not.toBe(dark);
  expect([chosen, chosenAgain]).toEqual([dark, dark]);
});

test("markup in titles and texts is shown as text and runs nothing", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const path = await write([2]);
  const source = readFileSync(path, "utf8");
  expect(source.match(/<script/g)?.length).toBe(4);
  expect(source.match(/<\/script/g)?.length).toBe(4);
  expect(source.includes("<!--")).toBe(false);
  await open(path, async (page) => {
    await page.waitForSelector(WHOLE_EXAMPLES);
    expect(await page.locator(".brand").textContent()).toContain("<!-- <script>alert(1)<");
    expect(await page.locator("#app script, .examples p p").count()).toBe(0);
  });
});

test("the file's policy refuses scripts that are not its own", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const path = await write([2]);
  const altered = join(folder, "altered.html");
  writeFileSync(altered, readFileSync(path, "utf8").replace("<body>", "<body><script>alert(1)</script>"));
  const { page, problems } = await openWatchedPage(browser!, "file:", WIDE);
  let said = false;
  page.on("dialog", (dialog) => {
    said = true;
    void dialog.dismiss();
  });
  await page.goto(pathToFileURL(altered).href);
  await page.waitForSelector(WHOLE_EXAMPLES);
  expect(said).toBe(false);
  expect(problems.join()).toContain("Content Security Policy");
  await page.close();
});

test("what cannot be written is said in a sentence, and no other file is replaced", async () => {
  await expect(write([FEATURES])).rejects.toThrow(`numbered 0 to ${FEATURES - 1}`);
  await expect(write([2], { dictionary: "mainn" })).rejects.toThrow("did you mean main?");
  const thesis = join(folder, "thesis.html");
  writeFileSync(thesis, "<!doctype html>years of work");
  await expect(write([2], { out: thesis })).rejects.toThrow("no file of this command");
  await expect(write([2], { out: folder })).rejects.toThrow("is a folder");
  expect(readFileSync(thesis, "utf8")).toContain("years of work");
});
