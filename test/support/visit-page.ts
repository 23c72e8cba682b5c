import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { openWatchedPage, type Viewing } from "./open-page.ts";

/** Opens an address of the server (whose own address holds the token), looks at the page, and expects that nothing went wrong on it but what `expected` matches. */
export async function visitPage(
  browser: Browser,
  server: string,
  address: URL,
  viewing: Viewing,
  look: (page: Page) => Promise<void>,
  expected: readonly RegExp[] = [],
): Promise<void> {
  const { page, problems } = await openWatchedPage(browser, server, viewing);
  try {
    await page.goto(address.href);
    await page.waitForSelector("h1");
    await look(page);
    expect(problems.filter((problem) => !expected.some((pattern) => pattern.test(problem)))).toEqual([]);
  } finally {
    await page.close();
  }
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Expects no serious accessibility fault and no sideways scrolling on the page as it is. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axeSource);
  const results = await page.evaluate<AxeResults>(`axe.run({ resultTypes: ["violations"] })`);
  const faults = results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${page.url()} ${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
  expect(faults).toEqual([]);
  expect(await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
}
