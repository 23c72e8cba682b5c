import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { build } from "vite";
import { readWebAssets, type WebAssets } from "../../src/server/web-assets.ts";

/** A page in a real browser and everything that went wrong on it: errors, and requests to any other server. */
export interface WatchedPage {
  readonly page: Page;
  readonly problems: readonly string[];
  /** Where it may go: the address that was given, without a token. */
  readonly base: string;
}

/** How a page is looked at. */
export interface Viewing {
  readonly theme: "light" | "dark";
  readonly width: number;
}

/** An example of a feature's page on which all of them are drawn, also those below the screen. */
export const WHOLE_EXAMPLES = ".groups:not(:has([aria-busy=true])) .example";

/** Builds the web page from the sources as they are, into memory. */
export async function buildWebAssets(): Promise<WebAssets> {
  const root = resolve(import.meta.dirname, "../..");
  const outDir = mkdtempSync(join(tmpdir(), "monosem-web-"));
  try {
    await build({
      configFile: join(root, "vite.config.ts"),
      root: join(root, "web"),
      logLevel: "error",
      build: { outDir },
    });
    return readWebAssets(outDir);
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

/** Starts the machine's Chromium. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** Opens the tables of charts, which are there only a moment after the press. */
export async function openTables(charts: Page | Locator): Promise<void> {
  for (const details of await charts.locator("details.chart-table").all()) {
    await details.getByText("View as table").click();
    await details.locator("table").waitFor();
  }
}

/** Opens an empty page that records what goes wrong, in a browser that has a server's token where `address` holds one. */
export async function openWatchedPage(browser: Browser, address: string, viewing: Viewing): Promise<WatchedPage> {
  const { theme, width } = viewing;
  const page = await browser.newPage({ colorScheme: theme, viewport: { width, height: 900 }, reducedMotion: "reduce" });
  const base = await takeToken(page, address);
  const problems: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith("data:")) problems.push(`asked ${request.url()}`);
  });
  return { page, problems, base };
}

/** Gives the page the cookie that it would get at its server's first address; returns the address without the token. */
export async function takeToken(page: Page, address: string): Promise<string> {
  const { hostname, port, origin, searchParams } = new URL(address);
  const token = searchParams.get("token");
  if (token === null) return address;
  const cookie = { name: `monosem-${port}`, value: token, domain: hostname, path: "/" };
  await page.context().addCookies([{ ...cookie, httpOnly: true, sameSite: "Strict" }]);
  return `${origin}/`;
}
