import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { writeFakeRun } from "../support/fake-run.ts";
import { buildWebAssets, launchChromium } from "../support/open-page.ts";
import { openPlainHost, type PlainHost } from "../support/plain-host.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { copySite } from "../support/visit-copy.ts";

const NO_CHROMIUM = "no Chromium found (set MONOSEM_CHROMIUM to its path)";
const FEATURE = "d/tiny-main/f/2?embed=1&panels=acts,notes";

let folder: string;
let open: RunningServer;
let closed: RunningServer;
let host: PlainHost;
let article: Server;
let stranger: Server;
let browser: Browser | undefined;

beforeAll(async () => {
  const executable = findChromium();
  if (executable === undefined) return;
  folder = mkdtempSync(join(tmpdir(), "monosem-frames-"));
  writeFakeRun(join(folder, "tiny"), 12);
  const assets = await buildWebAssets();
  [article, stranger] = [await serveArticle(), await serveArticle()];
  const served = { runs: [join(folder, "tiny")], port: 0, assets };
  closed = await startServer(served);
  open = await startServer({ ...served, embedOrigins: [originOf(article)] });
  const request = { run: join(folder, "tiny"), out: join(folder, "copy"), dictionaries: [], assets, withModel: false };
  await copySite(request);
  host = await openPlainHost(join(folder, "copy"), "/copy/");
  browser = await launchChromium(executable);
});

afterAll(async () => {
  await browser?.close();
  for (const server of [host, article, stranger]) server?.close();
  await Promise.all([open?.close(), closed?.close()]);
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

test("a served page is in no frame, unless the person who serves it named the frame's origin", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  expect(await frameOn(article, closed, FEATURE, readFrame)).toBe("refused");
  expect(await frameOn(stranger, open, FEATURE, readFrame)).toBe("refused");
  expect(await frameOn(article, open, FEATURE, readFrame)).toBe("Feature 2");
});

test("no other view can be framed, whoever asks", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  for (const address of ["d/tiny-main/f/2", "d/tiny-main/f/2?embed=0", "", "api/runs?embed=1"])
    expect(await frameOn(article, open, address, readFrame), address).toBe("refused");
});

test("in a frame nothing can be written, features follow one another and whole pages open beside it", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await frameOn(article, open, FEATURE.replace("acts,notes", "acts,notes,neighbours"), async (frame, page) => {
    await frame.waitForSelector(".panel.acts .example");
    expect(await frame.locator(".site-header, .tabs, .pager, .feature-actions, textarea, .label-form").count()).toBe(0);
    expect(await frame.locator("button.feature-title-label").count()).toBe(0);
    await frame.locator("[data-group=top] .token.centre").first().click();
    const [opened] = await Promise.all([
      page.context().waitForEvent("page") as Promise<Page>,
      frame.getByRole("link", { name: "All features on this text" }).click(),
    ]);
    await opened.waitForSelector(".site-header");
    expect(opened.url()).toContain("/d/tiny-main/prompt?t=");
    await frame.locator(".panel.neighbours a").first().click();
    await expect.poll(() => frame.url()).not.toContain("/f/2?");
    expect(frame.url()).toContain("embed=1");
    await frame.waitForSelector(".panel.acts .example");
  });
});

test("a static copy can be framed by anyone, as its host allows", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const page = await browser!.newPage();
  await page.goto(originOf(stranger));
  await addFrame(page, `${host.url}#/${FEATURE}`);
  expect(await readFrame(await theFrame(page))).toBe("Feature 2");
  await page.close();
});

/** A page of one's own, on a port of its own. */
async function serveArticle(): Promise<Server> {
  const server = createServer((_, outgoing) => {
    outgoing.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>article</title><p>Look:</p>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Puts an address of a server into a frame of a page, in a browser that is known to the server. */
async function frameOn<T>(
  parent: Server,
  server: RunningServer,
  address: string,
  look: (frame: Frame, page: Page) => Promise<T>,
): Promise<T> {
  const page = await browser!.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    await page.goto(server.url);
    await page.waitForSelector(".run-card");
    await page.goto(originOf(parent));
    await addFrame(page, new URL(`/${address}`, server.url).href);
    return await look(await theFrame(page), page);
  } finally {
    await page.context().close();
  }
}

async function addFrame(page: Page, address: string): Promise<void> {
  await page.evaluate(`(async () => {
    const frame = Object.assign(document.createElement("iframe"), { src: ${JSON.stringify(address)}, width: 1200, height: 700 });
    const loaded = new Promise((done) => { frame.onload = done; });
    document.body.append(frame);
    await loaded;
  })()`);
}

async function theFrame(page: Page): Promise<Frame> {
  await expect.poll(() => page.frames().length).toBe(2);
  return page.frames()[1]!;
}

/** The title within a frame, or that the browser shows nothing there. */
async function readFrame(frame: Frame): Promise<string> {
  if (frame.url().startsWith("chrome-error:")) return "refused";
  await frame.waitForSelector("h1");
  return (await frame.locator("h1").textContent())!;
}
