import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import type { WebAssets } from "../../src/server/web-assets.ts";
import { exportSite, type SiteEvent, type SiteRequest } from "../../src/site/export-site.ts";
import { openAnnotations } from "../../src/store/annotations.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { readSiteManifest } from "../../src/store/site-folder.ts";
import { type FakeRun, writeFakeRun } from "../support/fake-run.ts";
import { buildWebAssets, launchChromium, WHOLE_EXAMPLES } from "../support/open-page.ts";
import { openPlainHost, type PlainHost } from "../support/plain-host.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { copySite, readPanels, visitCopy } from "../support/visit-copy.ts";

const FEATURES = 120;
const NOW = "2026-01-01T00:00:00.000Z";
const NO_CHROMIUM = "no Chromium found (set MONOSEM_CHROMIUM to its path)";

let folder: string;
let fake: FakeRun;
let assets: WebAssets;
let host: PlainHost;
let server: RunningServer;
let browser: Browser | undefined;
let finished: SiteEvent & { kind: "site-finished" };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "monosem-site-"));
  fake = writeFakeRun(join(folder, "tiny"), FEATURES);
  writeLabels();
  assets = await buildWebAssets();
  finished = await copy({});
  host = await openPlainHost(join(folder, "copy"), "/group/pages/copy/");
  server = await startServer({ runs: [join(folder, "tiny")], port: 0, assets, writable: false });
  const executable = findChromium();
  if (executable !== undefined) browser = await launchChromium(executable);
});

afterAll(async () => {
  await browser?.close();
  host?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A label, a note and a list, one item of it in a dictionary that has no pages. */
function writeLabels(): void {
  const labels = openAnnotations(runPaths(join(folder, "tiny")).labels);
  const of = { dictionary: "main", feature: 5, weights: "0".repeat(64) };
  labels.change(of, { label: "café </script>", note: "seen beside Quixote" }, NOW);
  const { id } = labels.createList("Good ones", NOW);
  const items = [
    { dictionary: "main", feature: 5, note: "the best" },
    { dictionary: "other", feature: 1, note: "" },
  ];
  labels.changeList(id, "Good ones", items, NOW);
  labels.close();
}

function copy(changes: Partial<SiteRequest>): Promise<SiteEvent & { kind: "site-finished" }> {
  const request = { run: join(folder, "tiny"), out: join(folder, "copy"), dictionaries: [], withModel: true, assets };
  return copySite({ ...request, ...changes });
}

function visit(address: string, look: (page: Page) => Promise<void>, origin = host.url): Promise<void> {
  return visitCopy(browser!, origin, address, look);
}

test("a dictionary that no page could compute with stays behind, and the copy says so", async () => {
  const { weights } = runPaths(join(folder, "tiny")).dictionary("main");
  const out = join(folder, "large");
  writeFileSync(weights, "");
  truncateSync(weights, 200e6 + 1);
  const events: SiteEvent[] = [];
  const request = { run: join(folder, "tiny"), out, dictionaries: [], withModel: true, assets };
  for await (const event of exportSite(request, new AbortController().signal)) events.push(event);
  rmSync(weights);
  expect(events[0]).toMatchObject({ kind: "warning", sentence: expect.stringContaining("more than the 200 MB") });
  expect(events.at(-1)).toMatchObject({ kind: "site-finished" });
  expect(readSiteManifest(out)!.files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(20e6);
});

test("the copy says what it holds, and its manifest is true", () => {
  const manifest = readSiteManifest(join(folder, "copy"))!;
  expect(finished.dictionaries).toEqual(["main"]);
  expect(finished.files).toBe(manifest.files.length + 1);
  const files = readdirSync(join(folder, "copy"), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.length).toBe(finished.files);
  for (const { path, bytes } of manifest.files) expect(readFileSync(join(folder, "copy", path)).length).toBe(bytes);
  expect(finished.largestFeatureFile).toBeLessThanOrEqual(30_000);
});

test("the copy names no place of this machine", () => {
  const { files } = readSiteManifest(join(folder, "copy"))!;
  for (const { path } of files) {
    const bytes = readFileSync(join(folder, "copy", path));
    expect((path.endsWith(".bin") ? gunzipSync(bytes) : bytes).includes(folder)).toBe(false);
  }
});

test("the copy shows what analyses found, each feature of them below the folder's own address", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  for (const [name, list] of [
    ["neuron-basis", "extremes"],
    ["ultralow", "members-title"],
  ] as const)
    await visit(`#/d/tiny-main/${name}`, async (page) => {
      await page.locator(".finding").waitFor();
      await page.locator(`section[aria-labelledby=${list}] tbody th a`).first().click();
      await page.getByRole("heading", { name: /^Feature \d+$/ }).waitFor();
      expect(page.url()).toContain(`${host.url}#/d/tiny-main/f/`);
    });
});

test("one browses from the first page to a feature, all below the folder's own address", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("", async (page) => {
    await page.getByRole("link", { name: "Browse the features" }).click();
    await page.waitForSelector("tbody th a");
    expect(page.url()).toBe(`${host.url}#/d/tiny-main/f`);
    await page.locator("tbody th a").first().click();
    await page.waitForSelector(WHOLE_EXAMPLES);
    expect(page.url()).toMatch(/#\/d\/tiny-main\/f\/\d+$/);
    await page.goBack();
    await page.waitForSelector("tbody th a");
    await page.getByRole("link", { name: "monosem" }).click();
    await page.waitForSelector(".run-card");
  });
});

test("the table sorts, filters and searches, and the address keeps it", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const { firings } = fake.table;
  const byDensity = fake.records.map(({ index }) => index).toSorted((a, b) => firings[b]! - firings[a]! || a - b);
  await visit("#/d/tiny-main/f?sort=density", async (page) => {
    const numbers = async () => (await page.locator("tbody th a").allTextContents()).map(Number);
    await expect.poll(async () => (await numbers()).slice(0, 20)).toEqual(byDensity.slice(0, 20));
    await page.getByRole("searchbox").fill("17");
    await expect.poll(numbers).toContain(17);
    await expect.poll(() => page.url()).toBe(`${host.url}#/d/tiny-main/f?sort=density&q=17`);
    await page.reload();
    await page.waitForSelector("tbody th a");
    expect(await page.getByRole("searchbox").inputValue()).toBe("17");
  });
});

test("a link to a feature shows what the served page shows, to the last digit", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  for (const feature of [2, 17, 8, FEATURES - 1]) {
    const [served, copied] = [await readFeature("", feature, server.url), await readFeature("#/", feature, host.url)];
    expect(copied.length).toBeGreaterThan(200);
    expect(copied).toBe(served);
  }
});

async function readFeature(prefix: string, feature: number, origin: string): Promise<string> {
  let text = "";
  await visit(
    `${prefix}d/tiny-main/f/${feature}`,
    async (page) => {
      await page.getByRole("heading", { name: `Feature ${feature}`, exact: true, level: 1 }).waitFor();
      text = await readPanels(page);
    },
    origin,
  );
  return text;
}

test("the map is there, chooses features and leads to them", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("#/d/tiny-main/map?cluster=1", async (page) => {
    await page.getByText(`9 of ${FEATURES} features`).waitFor();
    await page.locator(".map-list tbody a").first().click();
    await page.getByRole("heading", { name: "Feature 17", exact: true, level: 1 }).waitFor();
  });
});

test("a feature is saved as a file from the copy too", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const saved = join(folder, "saved.html");
  await visit("#/d/tiny-main/f/2", async (page) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as HTML" }).click(),
    ]);
    await download.saveAs(saved);
  });
  expect(readFileSync(saved, "utf8")).toContain("<title>tiny · main</title>");
});

test("a rule of one's own is tried on the examples in the copy too", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("#/d/tiny-main/f/2?rule=e", async (page) => {
    await page.locator("#rule tbody tr").first().waitFor();
    expect(await page.locator(".groups .token.ruled").count()).toBeGreaterThan(0);
  });
});

test("the copy has the specificity, its examples and the gallery", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("#/d/tiny-main/specificity?proxy=arabic&grid=1", (page) =>
    page.locator(".example-grid mark").first().waitFor(),
  );
  await visit("#/d/tiny-main/gallery", (page) => page.locator(".gallery-card").first().waitFor());
});

test("labels, notes and lists go along, to be read and searched", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("#/d/tiny-main/f?q=quixote", async (page) => {
    await page.waitForSelector("tbody th a");
    const numbers = async () => (await page.locator("tbody th a").allTextContents()).map(Number);
    await expect.poll(numbers).toEqual([5]);
    await page.getByRole("searchbox").fill("CAFE");
    await expect.poll(numbers).toEqual([5]);
  });
  await visit("#/d/tiny-main/f/5", async (page) => {
    await page.getByText("café </script>").first().waitFor();
    await page.getByText("seen beside Quixote").waitFor();
    expect(await page.getByRole("button", { name: /^(Bookmark|Add a label|☆)/ }).count()).toBe(0);
  });
  await visit("#/lists/tiny/1", async (page) => {
    await page.getByRole("heading", { name: "Good ones" }).waitFor();
    await page.getByText("the best").waitFor();
    expect(await page.getByText("1 feature of tiny").count()).toBe(1);
  });
});

test("the run's page has its curves and does not wait for more", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("#/runs/tiny", async (page) => {
    await page.waitForSelector(".series.accent path");
    await page.waitForSelector(".finding");
    expect(await page.getByText("does not answer").count()).toBe(0);
  });
});

test("an address that stands for nothing says so, and a feature that is not there too", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("#/nowhere", (page) => page.getByText("Nothing is here").waitFor());
  await visit(`#/d/tiny-main/f/${FEATURES}`, (page) => page.getByText(`numbered 0 to ${FEATURES - 1}`).waitFor());
});

test("the skip link goes to the content and leaves the address alone", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("#/d/tiny-main/f/2", async (page) => {
    await page.waitForSelector(WHOLE_EXAMPLES);
    await page.locator(".skip-link").focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate<string>("document.activeElement.id")).toBe("main");
    expect(page.url()).toBe(`${host.url}#/d/tiny-main/f/2`);
  });
});

test("a file that a host lost or shortened is named where it is missed", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await copy({ out: join(folder, "broken") });
  const table = readSiteManifest(join(folder, "broken"))!.files.find(({ path }) => path.endsWith("/table.bin"))!;
  writeFileSync(join(folder, "broken", table.path), "short");
  const broken = await openPlainHost(join(folder, "broken"), "/");
  try {
    const look = (page: Page) => page.getByText("d/tiny-main/table.bin of this copy has 5 bytes").waitFor();
    await visit("#/d/tiny-main/f", look, broken.url);
  } finally {
    broken.close();
  }
});

test("an aborted export leaves what was there, and nothing beside it", async () => {
  const before = readdirSync(folder);
  const stopped = new AbortController();
  const out = join(folder, "never");
  const request = { run: join(folder, "tiny"), out, dictionaries: [], withModel: true, assets };
  const work = async () => {
    for await (const _ of exportSite(request, stopped.signal)) stopped.abort();
  };
  await expect(work()).rejects.toThrow("nothing of");
  expect(readdirSync(folder)).toEqual(before);
});

test("what cannot be exported is said in a sentence", async () => {
  await expect(copy({ run: join(folder, "absent") })).rejects.toThrow("is not a run directory");
  await expect(copy({ dictionaries: ["mains"] })).rejects.toThrow("did you mean main?");
  await expect(copy({ out: join(folder, "tiny") })).rejects.toThrow("holds other files");
});
