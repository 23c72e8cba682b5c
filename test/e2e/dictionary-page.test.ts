import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NO_CHROMIUM, openPageStage, type PageStage } from "../support/page-stage.ts";
import { requireOrSkip } from "../support/requirements.ts";

let stage: PageStage | undefined;

beforeAll(async () => {
  stage = await openPageStage(120);
});

afterAll(async () => stage?.close());

const ADDRESS = "/d/tiny-main";

test("a bar of the densities leads to exactly as many features as it counts", async (context) => {
  const { fake, visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(ADDRESS, async (page) => {
    await page.waitForSelector("a.bin");
    const bars = page.locator("a.bin");
    expect(await page.locator('a.bin[tabindex="0"]').count()).toBe(1);
    const names = await bars.evaluateAll((all) => all.map((bar) => bar.getAttribute("aria-label")!));
    const counts = names.map((name) => Number(/: ([\d,]+) features/.exec(name)![1]!.replace(",", "")));
    const alive = fake.records.filter(({ firings }) => firings > 0).length;
    expect(counts.reduce((sum, count) => sum + count)).toBe(alive);
    for (let bar = 0; bar < counts.length; bar++) {
      await page.locator("a.bin").nth(bar).focus();
      await page.keyboard.press("Enter");
      await page.getByText(`${counts[bar]} of ${fake.records.length} shown`).waitFor();
      await page.goBack();
      await page.waitForSelector("a.bin");
    }
  });
});

test("loss recovered stands beside the paper's, and all of it can be taken away", async (context) => {
  const { fake, visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(ADDRESS, async (page) => {
    await page.waitForSelector(".point-mark.accent");
    expect(await page.locator(".point-mark").count()).toBe(2);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Features as CSV" }).click();
    const lines = readFileSync(await (await saved).path(), "utf8")
      .trimEnd()
      .split("\r\n");
    expect(lines).toHaveLength(1 + fake.records.length);
    expect(lines[3]!.startsWith(`2,${fake.records[2]!.firings},${fake.records[2]!.firings / fake.tokens},`)).toBe(true);
    expect(await page.locator(".citation").textContent()).toContain("0".repeat(64));
  });
});

test("the tour goes through five pages and ends", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/", async (page) => {
    await page.getByRole("link", { name: "Take the tour" }).click();
    for (const path of ["", "/f", "/f/2", "/prompt", "/steer"]) {
      await expect.poll(() => new URL(page.url()).pathname).toBe(`/d/tiny-main${path}`);
      if (path !== "/steer") await page.locator(".tour-card").getByRole("link", { name: "Next" }).click();
    }
    await page.getByRole("button", { name: "End the tour" }).click();
    await expect.poll(() => page.locator(".tour-card").count()).toBe(0);
  });
});

test("rows of the table are gone through and opened by keyboard alone", async (context) => {
  const { fake, visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(`${ADDRESS}/f?sort=index`, async (page: Page) => {
    await page.waitForSelector("tbody th a");
    await page.locator("tbody th a").first().focus();
    const focused = () => page.locator("tbody a:focus").textContent();
    await page.keyboard.press("j");
    await expect.poll(focused).toBe("1");
    await page.keyboard.press("End");
    await expect.poll(focused).toBe(String(fake.records.length - 1));
    await page.keyboard.press("k");
    await expect.poll(focused).toBe(String(fake.records.length - 2));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: `Feature ${fake.records.length - 2}`, exact: true }).waitFor();
    await page.keyboard.press("/");
    await expect.poll(() => page.locator("input[type=search]:focus").count()).toBe(1);
  });
});

/** Runs in the page, which the compiler knows nothing of: presses the search key as soon as the page has a heading, and types on. */
const SEARCH_AT_ONCE = `new MutationObserver((_, observer) => {
  if (document.querySelector("h1") === null) return;
  observer.disconnect();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true }));
}).observe(document, { childList: true, subtree: true })`;

test("keys work from the page's first frame, and the search keeps the focus while the features come", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(`${ADDRESS}/f/2`, async (page) => {
    await page.addInitScript(SEARCH_AT_ONCE);
    await page.reload();
    const focused = page.locator("input[type=search]:focus");
    await focused.waitFor();
    await page.waitForSelector("tbody th a");
    expect(await focused.count()).toBe(1);
  });
});

test("on a narrow screen features are cards that still sort and scroll", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(
    `${ADDRESS}/f`,
    async (page) => {
      await page.waitForSelector("tbody th a");
      const box = (await page.locator("tbody tr:not(.spacer)").first().boundingBox())!;
      expect([Math.round(box.height), box.width > 340]).toEqual([80, true]);
      await page.getByRole("combobox").selectOption("index");
      await expect.poll(() => page.locator("tbody th a").first().textContent()).toBe("0");
      await page.mouse.wheel(0, 100_000);
      await page.getByRole("link", { name: "119", exact: true }).waitFor();
    },
    { viewing: { theme: "dark", width: 390 } },
  );
});

test("when the server goes the page keeps what it has and says so", async (context) => {
  requireOrSkip(context, stage, NO_CHROMIUM);
  const own = (await openPageStage(20))!;
  await own.visit(
    `${ADDRESS}/f/2?sort=index`,
    async (page) => {
      await page.waitForSelector(".panel.acts .example");
      await page.waitForTimeout(500);
      await own.server.close();
      await page.keyboard.press("ArrowRight");
      await page.getByRole("heading", { name: "Feature 3", exact: true }).waitFor();
      await page.getByText("The server does not answer.").first().waitFor();
      await page.waitForSelector(".panel.acts .example");
    },
    { expected: [/ERR_/, /Failed to load/] },
  );
  await own.close();
});
