import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseFeatureTable } from "../../src/features/feature-table.ts";
import { STAGE_NAMES } from "../../src/pipeline/events.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { openFeaturePack } from "../../src/store/feature-pack.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { buildWebAssets, launchChromium } from "../support/open-page.ts";
import { openPlainHost, type PlainHost } from "../support/plain-host.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { createRunFolder, runStages } from "../support/small-run.ts";
import { copySite, visitCopy } from "../support/visit-copy.ts";

const NO_CHROMIUM = "no Chromium found (set MONOSEM_CHROMIUM to its path)";
const TEXT = "The cat sat. <!-- <script>alert(1)</script> -->\nمرحبا بالعالم\nfunction add(a, b) { return a + b; }";

let folder: string;
let host: PlainHost;
let bare: PlainHost;
let server: RunningServer;
let browser: Browser | undefined;
/** The feature with the largest activation. */
let feature: number;

beforeAll(async () => {
  const executable = findChromium();
  if (executable === undefined) return;
  folder = createRunFolder("static-live");
  const run = join(folder, "small");
  await runStages({ directory: run, stages: STAGE_NAMES, assignments: ["dictionary.l1=0.05"] });
  const pack = openFeaturePack(runPaths(run).dictionary("main").pack);
  const { maximum } = parseFeatureTable(pack.table());
  feature = maximum.indexOf(maximum.reduce((a, b) => Math.max(a, b)));
  pack.close();
  const request = { run, dictionaries: ["main"], assets: await buildWebAssets() };
  await copySite({ ...request, out: join(folder, "copy"), withModel: true });
  await copySite({ ...request, out: join(folder, "bare"), withModel: false });
  host = await openPlainHost(join(folder, "copy"), "/a/b/");
  bare = await openPlainHost(join(folder, "bare"), "/");
  server = await startServer({ runs: [run], port: 0, assets: request.assets, writable: false });
  browser = await launchChromium(executable);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  host?.close();
  bare?.close();
  await server?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** What the served page and its copy show at the same address, once `read` has it. */
async function readBoth(address: string, read: (page: Page) => Promise<string>): Promise<[string, string]> {
  const texts: string[] = [];
  const look = async (page: Page) => void texts.push(await read(page));
  await visitCopy(browser!, server.url, address.slice(1), look);
  await visitCopy(browser!, host.url, `#${address}`, look);
  return [texts[0]!, texts[1]!];
}

test("a typed text has the same features in the copy, computed in its page", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const [served, copied] = await readBoth("/d/small-main/prompt", async (page) => {
    await page.getByLabel("Text", { exact: true }).fill(TEXT);
    await page.waitForSelector(".ranked-line");
    return page.locator(".explored").innerText();
  });
  expect(served.length).toBeGreaterThan(200);
  expect(copied).toBe(served);
});

test("steered and unsteered samples are the same in the copy, and so are losses", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const address = `/d/small-main/steer?temp=0&n=6&f=${feature}%3Apin%3A2&model=show`;
  const [served, copied] = await readBoth(address, async (page) => {
    await expect.poll(() => page.getByText(/^6 tokens drawn/).count(), { timeout: 30_000 }).toBe(4);
    await page.getByRole("row", { name: /error dropped/ }).waitFor();
    const samples = await page.locator("[data-sample]").allInnerTexts();
    return [...samples, await page.locator(".loss-table").innerText()].join("\n");
  });
  expect(served.length).toBeGreaterThan(200);
  expect(copied).toBe(served);
});

test("a feature's page tries a text and writes with the feature held, in the copy", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visitCopy(browser!, host.url, `#/d/small-main/f/${feature}`, async (page) => {
    await page.getByLabel("A text to try this feature on").fill("the cat sat");
    await page.waitForSelector(".panel.try .reading");
    await page.getByRole("button", { name: "Write three texts" }).click();
    const samples = () => page.locator(".strip-samples .example-text").allTextContents();
    await expect.poll(async () => (await samples()).filter((text) => text !== "").length, { timeout: 30_000 }).toBe(3);
  });
});

test("a copy without the model says so where it would compute, and asks for no weights", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visitCopy(browser!, bare.url, "#/d/small-main/f/3", async (page) => {
    await page.waitForSelector(".example-value, .feature-panels .pending");
    expect(await page.getByRole("button", { name: "Write three texts" }).count()).toBe(0);
  });
  await visitCopy(browser!, bare.url, "#/d/small-main/prompt?t=cat", async (page) => {
    await page.getByText("carries no model").first().waitFor();
  });
  expect(bare.sent.filter(({ path }) => /weights|model/.test(path))).toEqual([]);
});
