import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { STAGE_NAMES } from "../../src/pipeline/events.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { encodeNatively } from "../support/encode-natively.ts";
import { buildWebAssets, launchChromium, type Viewing } from "../support/open-page.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { createRunFolder, runStages } from "../support/small-run.ts";
import { expectAccessible, visitPage } from "../support/visit-page.ts";

const WIDE: Viewing = { theme: "light", width: 1440 };
const NO_CHROMIUM = "no Chromium found (set MONOSEM_CHROMIUM to its path)";
/** Longer than the small model's context, with markup and a line that runs from right to left. */
const TEXT = "The cat sat. <!-- <script>alert(1)</script> -->\nمرحبا بالعالم\nfunction add(a, b) { return a + b; }";

let folder: string;
let server: RunningServer;
let browser: Browser | undefined;

beforeAll(async () => {
  const executable = findChromium();
  if (executable === undefined) return;
  folder = createRunFolder("own-text");
  await runStages({
    directory: join(folder, "small"),
    stages: STAGE_NAMES,
    assignments: ["dictionary.l1=0.05"],
  });
  server = await startServer({ runs: [join(folder, "small")], port: 0, assets: await buildWebAssets() });
  browser = await launchChromium(executable);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

function visit(
  path: string,
  query: Readonly<Record<string, string>>,
  look: (page: Page) => Promise<void>,
  viewing = WIDE,
  expected: readonly RegExp[] = [],
): Promise<void> {
  const address = new URL(`/d/small-main/${path}`, server.url);
  address.search = new URLSearchParams(query).toString();
  return visitPage(browser!, server.url, address, viewing, look, expected);
}

async function readNumbers(page: Page, selector: string): Promise<number[]> {
  return (await page.locator(selector).allTextContents()).map((text) => Number(text.replace("−", "-")));
}

/** The largest activation of each feature on the text's own tokens, as a plain computation has it. */
async function findMaxima(text: string): Promise<Map<number, { value: number; place: number }>> {
  const { activations } = await encodeNatively(runPaths(join(folder, "small")), text);
  const maxima = new Map<number, { value: number; place: number }>();
  for (const [place, row] of activations.entries())
    for (const [feature, value] of row.entries())
      if (place > 0 && value > (maxima.get(feature)?.value ?? 0)) maxima.set(feature, { value, place });
  return maxima;
}

test("the features of a typed text are those that the native kernels and plain arithmetic find", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const maxima = await findMaxima(TEXT);
  const wanted = [...maxima].sort(([, a], [, b]) => b.value - a.value);
  await visit("prompt", {}, async (page) => {
    await page.getByText("Nothing to read yet.").waitFor();
    await page.getByLabel("Text", { exact: true }).fill(TEXT);
    await page.waitForSelector(".ranked-line");
    expect(await page.locator(".scope").textContent()).toContain(`${maxima.size} active on the text`);
    const values = await readNumbers(page, ".ranked-value");
    for (const [rank, value] of values.entries()) {
      const [, { value: exact }] = wanted[rank]!;
      expect(Math.abs(value / exact - 1)).toBeLessThan(0.006);
    }
    const [feature, { value, place }] = wanted[0]!;
    await page.locator(`[data-place="${place}"]`).hover();
    const shown = await page.locator(".inspector .inspected-value").first().textContent();
    expect(await page.locator(".reading-card .note").textContent()).toContain(`Shaded by feature ${feature},`);
    expect(Math.abs(Number(shown) - value)).toBeLessThan(5e-4);
    await expect.poll(() => new URL(page.url()).searchParams.get("t")).toBe(TEXT);
    expect(await page.locator(".reading-card .note").textContent()).toMatch(/more than the 16 .* in \d+ windows/);
    expect(await page.locator(".reading script").count()).toBe(0);
  });
});

test("pointing at a feature shades its tokens, choosing a token lists its features, and the address keeps both", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const { activations } = await encodeNatively(runPaths(join(folder, "small")), TEXT);
  const { place } = [...(await findMaxima(TEXT)).values()].sort((a, b) => b.value - a.value)[0]!;
  const follow = async (page: Page) => {
    await page.waitForSelector(".ranked-line");
    const last = page.locator(".ranked-line").last();
    await last.hover();
    const feature = Number(await last.locator(".ranked-number").textContent());
    const firing = activations.flatMap((row, token) => (row[feature]! > 0 ? [token] : []));
    await expect.poll(() => page.locator(".reading [class*=shade-]").count()).toBeGreaterThan(0);
    expect(await page.locator(".reading [class*=shade-]").count()).toBeLessThanOrEqual(firing.length);
    await page.locator(`[data-place="${place}"]`).click();
    const active = [...activations[place]!.keys()].filter((index) => activations[place]![index]! > 0);
    await expect.poll(async () => (await readNumbers(page, ".ranked-number")).sort((a, b) => a - b)).toEqual(active);
    await page.locator(".ranked-line").first().click();
    await page.waitForSelector(".mini-example");
    const search = new URL(page.url()).search;
    await page.reload();
    await page.waitForSelector(".mini-example");
    expect(new URL(page.url()).search).toBe(search);
    await page.getByRole("link", { name: /^Feature \d+$/ }).click();
    await page.getByRole("heading", { name: /^Feature \d+$/, level: 1 }).waitFor();
  };
  await visit("prompt", { t: TEXT }, follow, WIDE);
});

test("every filter says how many features it hides, and nonsense in the address does no harm", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const maxima = await findMaxima(TEXT);
  const minimum = [...maxima.values()].map(({ value }) => value).sort((a, b) => b - a)[3]! * 0.999;
  await visit("prompt", { t: TEXT, min: String(minimum) }, async (page) => {
    await page.waitForSelector(".ranked-line");
    expect(await page.locator(".ranked-line").count()).toBe(4);
    await page.getByText(/the filters hide \d+/).waitFor();
    await page.getByLabel("Activation at least").fill("1000");
    await page.getByText("No feature passes the filters.").waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(() => page.locator(".ranked-line").count()).toBeGreaterThanOrEqual(maxima.size);
  });
  const nonsense = { t: TEXT, by: "x", f: "99999999", tok: "99999", min: "-1", next: "\u0000", group: "?" };
  await visit("prompt", nonsense, async (page) => {
    await page.waitForSelector(".ranked-line");
    expect(await page.locator("[role=alert]").count()).toBe(0);
  });
});

test("white space alone, and a text too long for the address, are told in words", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("prompt", {}, async (page) => {
    const field = page.getByLabel("Text", { exact: true });
    await field.fill(" \n\t ");
    await page.getByText("This is only white space").waitFor();
    expect(await page.locator(".explored").count()).toBe(0);
    const long = "the cat sat on the mat. ".repeat(400);
    await field.fill(long);
    await page.getByText("too many for the address").waitFor();
    await page.waitForSelector(".ranked-line");
    expect(new URL(page.url()).search).toBe("");
    await page.reload();
    await expect.poll(() => page.getByLabel("Text", { exact: true }).inputValue()).toBe(long);
  });
});

test("of texts typed in haste the last one counts, and a model that does not come is asked for again", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const shown = (page: Page) => page.locator(".reading").textContent();
  await visit("prompt", {}, async (page) => {
    const field = page.getByLabel("Text", { exact: true });
    for (const text of ["the dog", "the dog ran", "a cat"]) await field.fill(text);
    await page.locator(".reading", { hasText: "a cat" }).waitFor();
    await field.fill("two cats");
    await page.locator(".reading", { hasText: "two cats" }).waitFor();
    expect(await shown(page)).not.toContain("dog");
  });
  const failing = async (page: Page) => {
    await page.route("**/api/runs/small/model", (route) => route.fulfill({ status: 500, body: "{}" }));
    await page.getByLabel("Text", { exact: true }).fill("the cat");
    await page.getByRole("alert").waitFor();
    await page.unroute("**/api/runs/small/model");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.waitForSelector(".reading");
    expect(await page.getByRole("alert").count()).toBe(0);
  };
  await visit("prompt", {}, failing, WIDE, [/500/]);
});

test("by effect on the loss, lines below the tokens say what the feature helped or hurt to predict", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("prompt", { t: TEXT, by: "loss" }, async (page) => {
    await page.waitForSelector(".ranked-line");
    const effects = await readNumbers(page, ".ranked-value");
    const sizes = effects.map(Math.abs);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(sizes[0]).toBeGreaterThan(0);
    await page.getByText("A line below a token").waitFor();
  });
});

test("quantiles come from the features' own histograms", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("prompt", { t: TEXT, by: "quantile" }, async (page) => {
    await page.waitForSelector(".ranked-line");
    await expect.poll(() => page.getByText(/waiting for/).count()).toBe(0);
    const shares = (await page.locator(".ranked-value").allTextContents()).map((text) =>
      Number(text.replace(" %", "")),
    );
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(shares.every((share) => share >= 0 && share <= 100)).toBe(true);
  });
});

test("by keyboard alone: tokens in reading order, a feature opened, the way to its page", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const place = Math.min(...[...(await findMaxima(TEXT)).values()].map((peak) => peak.place));
  await visit("prompt", { t: TEXT }, async (page) => {
    await page.waitForSelector(".ranked-line");
    const focused = () => page.evaluate<string | null>("document.activeElement.dataset.place ?? null");
    await page.getByLabel("Text", { exact: true }).focus();
    for (let tabs = 0; (await focused()) === null && tabs < 10; tabs++) await page.keyboard.press("Tab");
    expect(await focused()).toBe("0");
    await page.keyboard.press("ArrowRight");
    expect(await focused()).not.toBe("0");
    expect(await page.locator(".inspector[aria-live=polite] .inspected").count()).toBeGreaterThan(0);
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowUp");
    const before = await page.evaluate<number>("document.activeElement.getBoundingClientRect().top");
    await page.keyboard.press("ArrowUp");
    expect(await page.evaluate<number>("document.activeElement.getBoundingClientRect().top")).toBeLessThan(before);
    await page.keyboard.press("Home");
    while (Number(await focused()) < place) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Whole text" }).waitFor();
    for (let tabs = 0; tabs < 20; tabs++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate<boolean>("document.activeElement.classList.contains('ranked-line')")) break;
    }
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: /^Feature \d+$/ }).waitFor();
  });
});

test("a line of Arabic runs from right to left beside one of English, and arrow keys follow it", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("texts", { x: "arabic" }, async (page) => {
    await page.waitForSelector(".ranked-line");
    const left = (place: number) =>
      page.evaluate<number>(`document.querySelector('[data-place="${place}"]').getBoundingClientRect().left`);
    const [, first, second] = await page.evaluate<number[]>(
      "[...document.querySelectorAll('.reading .token')].map((token) => Number(token.dataset.place))",
    );
    expect(await left(second!)).toBeLessThan(await left(first!));
    await page.locator(`[data-place="${first}"]`).focus();
    await page.keyboard.press("ArrowLeft");
    expect(await page.evaluate<string>("document.activeElement.dataset.place")).toBe(String(second));
  });
});

test("example texts are chosen by name, and the address keeps it", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("texts", {}, async (page) => {
    await page.waitForSelector(".ranked-line");
    expect(await page.getByRole("radio", { name: "English prose" }).isChecked()).toBe(true);
    await page.getByRole("radio", { name: "Python" }).check();
    await page.locator(".reading", { hasText: "defaultdict" }).waitFor();
    expect(new URL(page.url()).search).toBe("?x=python");
    await page.getByRole("radio", { name: "token", exact: true }).check();
    await page.waitForSelector(".token-rows .feature-chip");
  });
});

test("example texts by keyboard alone: another text by the arrows, its tokens, and a feature opened", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit("texts", {}, async (page) => {
    await page.waitForSelector(".ranked-line");
    const tabTo = async (selector: string) => {
      for (let tabs = 0; tabs < 60; tabs++) {
        await page.keyboard.press("Tab");
        if (await page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
      }
      throw new Error(`the tabulator never came to ${selector}`);
    };
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await tabTo(".text-chooser input[type=radio]");
    const before = await page.locator(".reading").textContent();
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => new URL(page.url()).searchParams.get("x")).not.toBeNull();
    await expect.poll(() => page.locator(".reading").textContent()).not.toBe(before);
    await tabTo(".reading .token");
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector(".inspector .inspected");
    await tabTo(".ranked-line");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: /^Feature \d+$/ }).waitFor();
  });
});

for (const theme of ["light", "dark"] as const) {
  for (const width of [1440, 390] as const) {
    test(`own and example texts have no serious accessibility fault and do not scroll sideways in ${theme} at ${width} pixels`, async (context) => {
      requireOrSkip(context, browser, NO_CHROMIUM);
      await visit("prompt", { t: TEXT, f: "1", by: "logit", next: "e" }, lookForFaults, { theme, width });
      await visit("texts", { x: "hebrew", group: "token" }, lookForFaults, { theme, width });
      if (theme === "light") await visit("prompt", {}, lookForFaults, { theme, width });
    });
  }
}

/** As it is, and where there is a text, with a token pointed at and a feature opened. */
async function lookForFaults(page: Page): Promise<void> {
  await page.waitForSelector(".reading, .suggestions");
  await expect.poll(() => page.locator(".pending[role=status], .live-state").count()).toBe(0);
  await expectAccessible(page);
  if ((await page.locator(".reading .token").count()) === 0) return;
  await page.locator(".reading .token").nth(3).focus();
  await page.waitForSelector(".inspector .inspected");
  const row = page.locator(".ranked-line").first();
  if ((await row.count()) > 0 && (await row.getAttribute("aria-expanded")) !== "true") await row.press("Enter");
  if ((await row.count()) > 0) await page.waitForSelector(".mini-example, .mini .pending, .mini p");
  await expectAccessible(page);
}
