import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Splitting } from "../../src/analysis/splitting.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import type { WebAssets } from "../../src/server/web-assets.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { hashFile } from "../../src/store/stage-record.ts";
import { buildWebAssets, launchChromium } from "../support/open-page.ts";
import { NO_CHROMIUM } from "../support/page-stage.ts";
import { openPlainHost, type PlainHost } from "../support/plain-host.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { type CommandResult, runMonosem } from "../support/run-monosem.ts";
import { SMALLEST } from "../support/small-run.ts";
import { copySite, visitCopy } from "../support/visit-copy.ts";
import { expectAccessible, visitPage } from "../support/visit-page.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-splitting-"));
const run = join(folder, "sizes");
const paths = runPaths(run);
const FIELDS = [...SMALLEST, "dictionary.l1=0.05", "dictionary.learningRate=0.001"].flatMap((field) => [
  "--set",
  field,
]);
const SIZES = ["small-features-12", "small-features-24", "main"] as const;
let analysed: CommandResult;
let splitting: Splitting;
let server: RunningServer | undefined;
let browser: Browser | undefined;
let host: PlainHost | undefined;
let assets: WebAssets;

const analyse = (...args: string[]) => runMonosem(["analyse", "splitting", "--run", run, ...args]);
const read = (dictionary: string) =>
  JSON.parse(readFileSync(paths.analysis("splitting", dictionary), "utf8")) as Splitting & { dictionary: string };

async function succeed(...args: string[]): Promise<CommandResult> {
  const result = await runMonosem(args);
  expect({ args, code: result.code, stderr: result.code === 0 ? "" : result.stderr }).toEqual({
    args,
    code: 0,
    stderr: "",
  });
  return result;
}

beforeAll(async () => {
  await succeed("run", "--preset", "tiny", "--run", run, ...FIELDS, "--json");
  const sizes = "dictionary.features=12,24";
  await succeed("sweep", "--run", run, "--name", "small", "--vary", sizes, "--pages", "--json");
  analysed = await analyse();
  splitting = read("main");
}, 120_000);

afterAll(async () => {
  host?.close();
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("the sizes that a run has are found, linked, and kept with each of them", async () => {
  expect(analysed.code).toBe(0);
  expect(splitting.levels.map(({ dictionary, features }) => [dictionary, features])).toEqual([
    [SIZES[0], 12],
    [SIZES[1], 24],
    ["main", 48],
  ]);
  for (const name of SIZES) expect(read(name)).toEqual({ ...read("main"), ...headOf(name) });
  expect(splitting.links).toHaveLength(2);
  for (const { edges, statistics } of splitting.links) {
    expect(edges.coarse.length).toBeGreaterThan(0);
    expect(statistics[0].edges).toBeGreaterThanOrEqual(edges.coarse.length);
    for (const [edge, onCoarse] of edges.onCoarse.entries())
      expect(Math.max(onCoarse, edges.onFine[edge]!)).toBeGreaterThanOrEqual(0.4);
  }
  const pages = await succeed("features", "--run", run, "--dictionary", SIZES[0]);
  expect(pages.stderr).toContain("features: unchanged, skipped");
  const again = await analyse("--dictionary", SIZES[0]);
  expect(again.stderr).toContain("splitting: unchanged, skipped");
});

function headOf(dictionary: string) {
  const { dictionarySha256 } = splitting.levels.find((level) => level.dictionary === dictionary)!;
  return { dictionary, dictionarySha256 };
}

test("a size learned alone has the bytes of the same size in a sweep: it saw the same activations in the same order", async () => {
  await succeed("train-dictionary", "--run", run, "--dictionary", "alone", "--set", "dictionary.features=24", "--json");
  expect(hashFile(paths.dictionary("alone").weights)).toBe(hashFile(paths.dictionary(SIZES[1]).weights));
});

test("named dictionaries alone are looked at, and what cannot be linked is refused in a sentence", async () => {
  const refuse = async (...args: string[]) => {
    const { code, stderr } = await analyse(...args);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await refuse("--with", "smal-features-12")).toContain(`did you mean ${SIZES[0]}?`);
  expect(await refuse("--dictionary", SIZES[1], "--with", "alone")).toContain("both have 24 features");
  expect(await refuse("--threshold", "2")).toContain("--threshold is 2, wanted a cosine between 0 and 1");
  expect((await analyse("--with", "neurons", "--threshold", "0.6")).code).toBe(0);
  expect(read("main")).toMatchObject({ threshold: 0.6 });
  expect(read("neurons").levels.map(({ dictionary }) => dictionary)).toEqual(["neurons", "main"]);
  expect(() => read(SIZES[0])).toThrow("ENOENT");
  const named = SIZES.slice(0, 2).flatMap((name) => ["--with", name]);
  expect((await analyse(...named)).code).toBe(0);
  expect(read("main")).toEqual({ ...splitting, ...headOf("main") });
  expect(() => read("neurons")).toThrow("ENOENT");
});

/** The first link's edge whose ends differ in number, so that no page can be taken for the other. */
function chooseEdge() {
  const { edges } = splitting.links[0]!;
  const counts = splitting.links[0]!.childCounts;
  const edge = edges.coarse.findIndex((coarse, at) => counts[coarse]! > 1 && edges.fine[at] !== coarse);
  return { coarse: edges.coarse[edge]!, children: counts[edges.coarse[edge]!]! };
}

async function see(page: Page, heading: string): Promise<void> {
  await page.getByRole("heading", { name: heading, exact: true }).waitFor();
}

test("a page leads from a coarse feature to its children with their examples, and back", async (context) => {
  const executable = requireOrSkip(context, findChromium(), NO_CHROMIUM);
  assets = await buildWebAssets();
  server = await startServer({ runs: [run], port: 0, assets });
  browser = await launchChromium(executable);
  const { coarse, children } = chooseEdge();
  const start = new URL(`/d/sizes-${SIZES[0]}/splitting`, server.url);
  for (const theme of ["light", "dark"] as const)
    for (const width of [1440, 390])
      await visitPage(browser, server.url, start, { theme, width }, async (page) => {
        await see(page, "Features with the most children");
        await page.locator(".level-table tbody tr").nth(1).waitFor();
        await page.locator("#splitting-feature").fill(String(coarse));
        await page.getByRole("button", { name: "Show", exact: true }).click();
        await see(page, `Feature ${coarse}`);
        const list = page.locator(".relatives", { hasText: "Splits into, among 24 features" });
        await list.locator(".example").first().waitFor({ state: "attached" });
        expect(await list.locator("ol:not(.glimpse) > li:has(.relative-head)").count()).toBe(Math.min(8, children));
        await page.locator(".walk svg .walk-node.chosen").waitFor();
        await expectAccessible(page);
        const child = (await list.locator(".relative-head a").first().textContent())!;
        await list.locator(".relative-head a").first().click();
        await see(page, child);
        expect(new URL(page.url()).pathname).toBe(`/d/sizes-${SIZES[1]}/splitting`);
        await page.locator(".relatives", { hasText: "Part of, among 12 features" }).waitFor();
        await page.goBack();
        await see(page, `Feature ${coarse}`);
      });
});

test("keys lead to the closest child and the closest parent, and the threshold stays in the address", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const { coarse } = chooseEdge();
  const start = new URL(`/d/sizes-${SIZES[0]}/splitting?f=${coarse}&min=0.5`, server!.url);
  await visitPage(browser!, server!.url, start, { theme: "light", width: 1440 }, async (page) => {
    await see(page, "Links above 0.5");
    const list = page.locator(".relatives", { hasText: "Splits into" });
    const closest = (await list.locator(".relative-head").first().locator("a").textContent())!;
    await page.keyboard.press("ArrowRight");
    await see(page, closest);
    expect(new URL(page.url()).searchParams.get("min")).toBe("0.5");
    await page.keyboard.press("ArrowLeft");
    await page.waitForURL(new RegExp(`/d/sizes-${SIZES[0]}/splitting`));
  });
});

test("a feature's page says what it is part of and what it splits into", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const { edges, childCounts } = splitting.links[1]!;
  const feature = edges.coarse[0]!;
  const start = new URL(`/d/sizes-${SIZES[1]}/f/${feature}`, server!.url);
  await visitPage(browser!, server!.url, start, { theme: "light", width: 1440 }, async (page) => {
    const panel = page.locator("#splitting");
    await panel.getByText(`splits into ${childCounts[feature]} of 48 features of main`).waitFor();
    await panel.getByText(/part of \d+ of 12 features/).waitFor();
    await expectAccessible(page);
    await panel.getByRole("link", { name: "Walk the graph from here" }).click();
    await see(page, `Feature ${feature}`);
  });
});

test("a copy without a server walks the sizes that it holds and only names the others", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const out = join(folder, "copy");
  await copySite({ run, out, dictionaries: ["main", SIZES[1]], withModel: false, assets });
  host = await openPlainHost(out, "/copy/");
  const feature = splitting.links[0]!.edges.fine[0]!;
  await visitCopy(browser!, host.url, `#/d/sizes-${SIZES[1]}/splitting?f=${feature}`, async (page) => {
    await see(page, `Feature ${feature}`);
    const sizes = page.locator(".level-links");
    await sizes.getByRole("link", { name: "main" }).waitFor();
    expect(await sizes.getByRole("link").allTextContents()).toEqual([SIZES[1], "main"]);
    const parents = page.locator(".relatives", { hasText: "Part of, among 12 features" });
    await parents.locator("li").first().waitFor();
    expect(await parents.getByRole("link").count()).toBe(0);
    const children = page.locator(".relatives", { hasText: "Splits into, among 48 features" });
    const closest = (await children.locator(".relative-head a").first().textContent())!;
    await children.locator(".relative-head a").first().click();
    await see(page, closest);
    expect(page.url()).toContain("/d/sizes-main/splitting");
  });
});
