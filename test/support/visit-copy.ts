import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { exportSite, type SiteEvent, type SiteRequest } from "../../src/site/export-site.ts";
import { openTables, openWatchedPage, type Viewing, WHOLE_EXAMPLES } from "./open-page.ts";

const WIDE: Viewing = { theme: "light", width: 1440 };

/** Writes a static copy and says what came out. */
export async function copySite(request: SiteRequest): Promise<SiteEvent & { kind: "site-finished" }> {
  for await (const event of exportSite(request, new AbortController().signal))
    if (event.kind === "site-finished") return event;
  throw new Error("the export ended without a word");
}

/**
 * Looks at an address below `origin`, of a copy's folder or of a server (whose own address holds the token); anything asked of another
 * place is refused and counts as a fault.
 */
export async function visitCopy(
  browser: Browser,
  origin: string,
  address: string,
  look: (page: Page) => Promise<void>,
  viewing: Viewing = WIDE,
): Promise<void> {
  const { page, problems, base } = await openWatchedPage(browser, origin, viewing);
  await page.route(
    (url) => !url.href.startsWith(base) && !url.href.startsWith("blob:"),
    (route) => route.abort(),
  );
  try {
    await page.goto(base + address);
    await page.waitForSelector("h1");
    await look(page);
    expect(problems).toEqual([]);
  } finally {
    await page.close();
  }
}

/** Choices of a page with a model beside it. */
const COMPUTED_VIEWS = /^(?:whole contexts|logit effects)\s*\n/gm;

/** The way to the page of all directions, which a file of single features does not hold. */
const WAY_TO_DIRECTIONS = / All directions$/gm;

/** What a page says about a feature, without the panels that compute on a reader's text or ask for what a file of single features lacks. */
export async function readPanels(page: Page): Promise<string> {
  await page.locator(`${WHOLE_EXAMPLES}, .feature-panels .pending`).first().waitFor();
  const panels = page.locator(".feature-panels .panel:not(.try):not(.steer):not(.proxy):not(.rule)");
  await openTables(panels);
  // A browser leaves out what it has not drawn, which depends on what stands above.
  await page.evaluate(
    `for (const { style } of document.querySelectorAll(".group")) style.contentVisibility = "visible"`,
  );
  const read = async () =>
    [await page.locator(".lead").innerText(), ...(await panels.allInnerTexts())]
      .join("\n")
      .replace(COMPUTED_VIEWS, "")
      .replace(WAY_TO_DIRECTIONS, "");
  // What is below the screen is laid out anew when a panel above it comes late: a text counts once it was read twice.
  let text = await read();
  for (let tries = 0; tries < 20; tries++) {
    await page.waitForTimeout(150);
    const again = await read();
    if (again === text) return text;
    text = again;
  }
  throw new Error("the page went on changing");
}
