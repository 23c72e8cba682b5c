import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ANALYSES } from "../../src/analysis/analyses.ts";
import type { DictionaryLook } from "../../src/metrics/dictionary-look.ts";
import { diagnoseTraining } from "../../src/metrics/doctor.ts";
import { createTrainingRecord } from "../../src/metrics/training-record.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { appendEvents } from "../../src/store/event-log.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import {
  createDictionaryLog,
  type FakeRun,
  writeFakeLearningRun,
  writeFakeRun,
  writeFakeRunningRun,
} from "../support/fake-run.ts";
import {
  buildWebAssets,
  launchChromium,
  openTables,
  openWatchedPage,
  type Viewing,
  WHOLE_EXAMPLES,
} from "../support/open-page.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { expectAccessible } from "../support/visit-page.ts";

const FEATURES = 120;
const WIDE: Viewing = { theme: "light", width: 1440 };
const ADDRESSES = [
  "/",
  "/runs/tiny",
  "/runs/demo",
  "/runs/learning",
  "/d/tiny-main",
  "/d/tiny-main/f",
  "/d/tiny-main/f/2",
  "/d/tiny-main/f/8",
  "/lists",
  "/help",
];
/** Pages with so little on them that one look is enough. */
const SMALL_ADDRESSES = ["/runs/later", "/d/learning-main", "/nothing"];

let folder: string;
let fake: FakeRun;
let server: RunningServer;
let browser: Browser | undefined;

beforeAll(async () => {
  const executable = findChromium();
  if (executable === undefined) return;
  folder = mkdtempSync(join(tmpdir(), "monosem-pages-"));
  fake = writeFakeRun(join(folder, "tiny"), FEATURES);
  writeFakeRunningRun(join(folder, "demo"));
  writeFakeLearningRun(join(folder, "learning"), 0.3);
  const runs = ["tiny", "demo", "later", "learning"].map((name) => join(folder, name));
  server = await startServer({ runs, port: 0, assets: await buildWebAssets() });
  browser = await launchChromium(executable);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

const NO_CHROMIUM = "no Chromium found (set MONOSEM_CHROMIUM to its path)";

async function visit(
  path: string,
  viewing: Viewing,
  look: (page: Page) => Promise<void>,
  expected: readonly RegExp[] = [],
): Promise<void> {
  const { page, problems } = await openWatchedPage(browser!, server.url, viewing);
  try {
    await page.goto(new URL(path, server.url).href);
    await page.waitForSelector("h1");
    await look(page);
    expect(problems.filter((problem) => !expected.some((pattern) => pattern.test(problem)))).toEqual([]);
  } finally {
    await page.close();
  }
}

test("the first page lists the runs and leads to the features", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("/", WIDE, async (page) => {
    await page.waitForSelector(".run-card");
    expect(await page.locator(".run-card h2").allTextContents()).toEqual(["tiny", "demo", "later", "learning"]);
    expect(await page.locator(".run-card .badge").allTextContents()).toEqual([
      "finished",
      "running",
      "waiting",
      "running",
    ]);
    const doctor = page.locator(".run-doctor");
    expect(await doctor.count()).toBe(2);
    const record = createTrainingRecord(createDictionaryLog(), { resampling: "none" });
    const [worst] = diagnoseTraining(record);
    expect((await doctor.first().textContent())!.toLowerCase()).toBe(
      `doctor on main: ${worst!.severity}, ${worst!.title}`.toLowerCase(),
    );
    await page.getByText("The doctor has nothing to object to main after 12 looks.").waitFor();
    await page.getByRole("link", { name: "Browse the features" }).click();
    await page.waitForSelector(".feature-table");
    expect(new URL(page.url()).pathname).toBe("/d/tiny-main/f");
  });
});

test("a running run's curve grows while one looks, without the page being loaded again", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("/runs/demo", WIDE, async (page) => {
    await page.waitForSelector(".series.accent path");
    await page.getByText("The features of tiny are ready").waitFor();
    appendEvents(runPaths(join(folder, "demo")).model.metrics, [
      { step: 9000, kind: "step", loss: 1.25, tokens: 9000 * 2048 },
    ]);
    await expect.poll(() => page.locator(".readout b").first().textContent()).toBe("1.25");
  });
});

test("a dictionary's densities are drawn from its first looks on and grow while one looks", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const log = createDictionaryLog();
  const looks = log.filter(({ kind }) => kind === "look") as unknown as DictionaryLook[];
  const countCells = (shown: readonly DictionaryLook[]) =>
    shown.flatMap(({ densityHistogram: { counts, silent } }) => [...counts, silent]).filter((features) => features > 0)
      .length;
  await visit("/runs/learning", WIDE, async (page) => {
    await expect.poll(() => page.locator(".heat-map svg[role=img] .cell").count()).toBe(countCells(looks.slice(0, 12)));
    await page.getByText("The doctor has nothing to object after 12 looks.").waitFor();
    appendEvents(runPaths(join(folder, "learning")).dictionary("main").metricsLog, [{ ...looks[12]! }]);
    await expect.poll(() => page.locator(".heat-map svg[role=img] .cell").count()).toBe(countCells(looks.slice(0, 13)));
    const [first] = looks;
    const row = page.locator(".heat-map tbody tr").first().locator("td");
    await openTables(page.locator(".heat-map"));
    const counts = (await row.allTextContents()).slice(1).map((text) => Number(text.replace(",", "")));
    expect(counts.reduce((sum, count) => sum + count)).toBe(first!.features);
    await page.locator(".heat-map .cell").last().hover();
    expect(await page.locator(".heat-map .readout b").textContent()).toMatch(/^\d/);
  });
});

test("what the training doctor says stands beside the curves, with what to try", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const record = createTrainingRecord(createDictionaryLog(), { resampling: "none" });
  const findings = diagnoseTraining(record);
  expect(findings.map(({ rule }) => rule)).toContain("two-modes");
  await visit("/runs/tiny", WIDE, async (page) => {
    await page.waitForSelector(".finding");
    expect(await page.locator(".finding h3").allTextContents()).toEqual(findings.map(({ title }) => title));
    const remedies = await page.locator(".finding").first().locator(".remedies li").allTextContents();
    expect(remedies).toEqual(findings[0]!.remedies);
    await page.locator(".dictionary-section > summary").click();
    await expect.poll(() => page.locator(".finding").count()).toBe(0);
  });
});

test("a run that has not begun says so", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("/runs/later", WIDE, async (page) => {
    await page.getByText("Waiting to start.").waitFor();
  });
});

test("the table sorts, filters and searches, and the address keeps it", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("/d/tiny-main/f", WIDE, async (page) => {
    const numbers = async () => (await page.locator("tbody th a").allTextContents()).map(Number);
    await page.waitForSelector("tbody th a");
    const { firings, maximum } = fake.table;
    const all = fake.records.map(({ index }) => index);
    const byMaximum = all.toSorted((a, b) => maximum[b]! - maximum[a]! || a - b);
    await expect.poll(async () => (await numbers()).slice(0, 20)).toEqual(byMaximum.slice(0, 20));
    await page.getByRole("button", { name: "Density" }).click();
    const byDensity = all.toSorted((a, b) => firings[b]! - firings[a]! || a - b);
    await expect.poll(async () => (await numbers()).slice(0, 20)).toEqual(byDensity.slice(0, 20));
    await page.getByRole("radio", { name: /^dead/ }).check();
    await expect.poll(numbers).toEqual(all.filter((index) => firings[index] === 0));
    await page.getByRole("radio", { name: /^all/ }).check();
    await page.keyboard.press("Escape");
    await page.locator("h1").click();
    await page.keyboard.press("/");
    await page.keyboard.type("17");
    await expect.poll(numbers).toContain(17);
    await expect.poll(() => new URL(page.url()).search).toBe("?sort=density&q=17");
    await page.reload();
    await page.waitForSelector("tbody th a");
    expect(await page.getByRole("searchbox").inputValue()).toBe("17");
  });
});

test("only the rows near the screen exist, and scrolling brings the last one", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("/d/tiny-main/f?sort=index", WIDE, async (page) => {
    await page.waitForSelector("tbody th a");
    expect(await page.locator("tbody th a").count()).toBeLessThan(FEATURES);
    await page.mouse.move(400, 400);
    await page.mouse.wheel(0, 100_000);
    await page.getByRole("link", { name: String(FEATURES - 1), exact: true }).waitFor();
  });
});

test("every number and token of a feature's page is the pack's", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const record = fake.records[2]!;
  await visit("/d/tiny-main/f/2", WIDE, async (page) => {
    await page.waitForSelector(WHOLE_EXAMPLES);
    const lead = await page.locator(".lead").textContent();
    expect(lead).toContain(`${record.firings.toLocaleString("en-US")} of ${fake.tokens.toLocaleString("en-US")}`);
    expect(lead).toContain(`${((100 * record.firings) / fake.tokens).toPrecision(3)} %`);
    expect(lead).toContain(record.maximum.toPrecision(3));
    for (const group of record.groups) {
      const name = group.kind === "interval" ? `interval-${group.interval + 1}` : group.kind;
      const values = await page.locator(`[data-group="${name}"] .example-value`).allTextContents();
      const wanted = group.examples.map(({ activations }) => activations[record.window]!);
      expect(values.map(Number).map((value, index) => Math.abs(value - wanted[index]!) < 0.006)).toEqual(
        wanted.map(() => true),
      );
    }
    const rows = await page.locator(".logit-list .weight").allTextContents();
    const weights = [...record.logits!.positive, ...record.logits!.negative].map(({ weight }) =>
      weight.toFixed(2).replace("-", "−"),
    );
    expect(rows).toEqual(weights);
    await openTables(page.locator(".panel.hist"));
    const bins = await page.locator(".panel.hist .chart-table").first().locator("td:nth-child(2)").allTextContents();
    expect(bins.map(Number)).toEqual([...record.histogram]);
  });
});

test("what a dictionary lacks is named with the command that computes it", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("/d/learning-main", WIDE, async (page) => {
    await page.getByRole("heading", { name: "Not computed yet" }).waitFor();
    const commands = await page.locator(".card:has(#missing-title) code").allTextContents();
    const target = "--run learning --dictionary main";
    expect(commands).toEqual(["evaluate", "features"].map((name) => `monosem ${name} ${target}`));
    await expectAccessible(page);
  });
  await visit("/d/tiny-main", WIDE, async (page) => {
    await page.waitForSelector(".stats, [aria-label='Headline figures']");
    expect(await page.getByRole("heading", { name: "Not computed yet" }).count()).toBe(0);
  });
});

test("the analyses are listed, each with its page or the command that computes it", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  for (const view of [WIDE, { theme: "dark", width: 390 } as const])
    await visit("/d/learning-main/analyses", view, async (page) => {
      const command = `monosem analyse specificity --run learning --dictionary main`;
      await page.getByText(command, { exact: true }).waitFor();
      await expectAccessible(page);
    });
  await visit("/d/tiny-main/analyses", WIDE, async (page) => {
    await page.getByRole("link", { name: ANALYSES.specificity.title }).click();
    await page.getByRole("heading", { name: ANALYSES.specificity.title, level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/d/tiny-main/specificity");
    expect(await page.locator(".tabs [aria-current=true]").textContent()).toBe("Analyses");
  });
});

test("pointing at the middle token shows its activation to four decimals and its bytes' text", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const record = fake.records[1]!;
  const example = record.groups[0]!.examples[0]!;
  await visit("/d/tiny-main/f/1", WIDE, async (page) => {
    await page.locator('[data-group="top"] .token.centre').first().hover();
    await page.waitForSelector(".inspected-value");
    const values = await page.locator(".inspected-value").allTextContents();
    const near = values.map((value) => Math.abs(Number(value) - example.activations[record.window]!) < 1e-3);
    expect(near).toContain(true);
    expect(await page.locator(".inspected-place").first().textContent()).toMatch(/^token \d+$/);
  });
});

test("the help opens by key and closes by its button", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("/", WIDE, async (page) => {
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  });
});

test("the dictionary's page leads from a script to its feature and says what was not found", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("/d/tiny-main", WIDE, async (page) => {
    await page.getByText("not in this text").waitFor();
    expect(await page.getByRole("row", { name: /^base64/ }).textContent()).toContain("none");
    await page
      .getByRole("row", { name: /^Arabic/ })
      .getByRole("link", { name: "2", exact: true })
      .click();
    await page.getByRole("heading", { name: "Feature 2", exact: true }).waitFor();
  });
});

test("a feature that never fired says what that proves", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("/d/tiny-main/f/8", WIDE, async (page) => {
    await page.getByText(`did not fire in ${fake.tokens.toLocaleString("en-US")} tokens`).waitFor();
    expect(await page.locator(".lead").textContent()).toContain("rule of three");
  });
});

test("arrow keys go through features in the table's order, and through tokens within an example", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const dead = fake.records.filter(({ firings }) => firings === 0).map(({ index }) => index);
  await visit(`/d/tiny-main/f/${dead[1]}?show=dead&sort=index`, WIDE, async (page) => {
    const heading = (feature: number | undefined) =>
      page.getByRole("heading", { name: `Feature ${feature}`, exact: true, level: 1 });
    await page.getByText(`2 of ${dead.length}`).waitFor();
    await page.keyboard.press("ArrowRight");
    await heading(dead[2]).waitFor();
    await page.keyboard.press("ArrowLeft");
    await heading(dead[1]).waitFor();
    expect(new URL(page.url()).search).toBe("?show=dead&sort=index");
  });
  await visit("/d/tiny-main/f/1", WIDE, async (page) => {
    const centre = page.locator('[data-group="top"] .token.centre').first();
    await centre.focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.locator(".token:focus").count()).toBe(1);
    expect(await page.locator(".token.centre:focus").count()).toBe(0);
    expect(new URL(page.url()).pathname).toBe("/d/tiny-main/f/1");
  });
});

test("Arabic examples run from right to left and markup in the text stays text", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("/d/tiny-main/f/2", WIDE, async (page) => {
    await page.locator('[data-group="top"] .example-text:dir(rtl)').first().waitFor();
    expect(await page.locator(".examples script, .examples p p").count()).toBe(0);
  });
});

for (const theme of ["light", "dark"] as const) {
  for (const width of [1440, 390] as const) {
    test(`no page has a serious accessibility fault or scrolls sideways in ${theme} at ${width} pixels`, async (context) => {
      requireOrSkip(context, browser, NO_CHROMIUM);
      const small = theme === "light" && width === 1440 ? SMALL_ADDRESSES : [];
      for (const path of [...ADDRESSES, ...small]) {
        const missing = path === "/nothing" ? [/404/] : [];
        const look = async (page: Page) => {
          await expect.poll(() => page.locator(".pending[role=status], [aria-busy=true]").count()).toBe(0);
          await expectAccessible(page);
        };
        await visit(path, { theme, width }, look, missing);
      }
    });
  }
}
