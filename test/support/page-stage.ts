import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { type FakeRun, writeFakeRun } from "./fake-run.ts";
import { buildWebAssets, launchChromium, openWatchedPage, type Viewing } from "./open-page.ts";
import { findChromium } from "./requirements.ts";

/** A served run named `tiny` and a browser to look at it with. */
export interface PageStage {
  readonly directory: string;
  readonly fake: FakeRun;
  readonly server: RunningServer;
  /** Opens a page, looks at it, and expects that nothing went wrong on it but what is named. */
  readonly visit: (
    path: string,
    look: (page: Page) => Promise<void>,
    options?: { readonly viewing?: Viewing; readonly expected?: readonly RegExp[] },
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Why there is no stage on a machine without a browser. */
export const NO_CHROMIUM = "no Chromium found (set MONOSEM_CHROMIUM to its path)";

const WIDE: Viewing = { theme: "light", width: 1440 };

/** Writes and serves a run of `features` made-up features; nothing on a machine without Chromium. */
export async function openPageStage(features: number): Promise<PageStage | undefined> {
  const executable = findChromium();
  if (executable === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "monosem-stage-"));
  const fake = writeFakeRun(join(folder, "tiny"), features);
  const server = await startServer({ runs: [join(folder, "tiny")], port: 0, assets: await buildWebAssets() });
  const browser = await launchChromium(executable);
  return {
    directory: join(folder, "tiny"),
    fake,
    server,
    visit: (path, look, options) => visit(browser, server, path, look, options),
    close: async () => {
      await browser.close();
      await server.close().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function visit(
  browser: Browser,
  server: RunningServer,
  path: string,
  look: (page: Page) => Promise<void>,
  options: { readonly viewing?: Viewing; readonly expected?: readonly RegExp[] } = {},
): Promise<void> {
  const { viewing = WIDE, expected = [] } = options;
  const { page, problems } = await openWatchedPage(browser, server.url, viewing);
  try {
    await page.goto(new URL(path, server.url).href);
    await page.waitForSelector("h1, .panel");
    await look(page);
    expect(problems.filter((problem) => !expected.some((pattern) => pattern.test(problem)))).toEqual([]);
  } finally {
    await page.close();
  }
}
