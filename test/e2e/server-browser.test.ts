import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FeatureLists } from "../../src/server/api.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { writeFakeRun } from "../support/fake-run.ts";
import { buildWebAssets, launchChromium } from "../support/open-page.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { fetchFrom } from "../support/send-request.ts";

const NO_CHROMIUM = "no Chromium found (set MONOSEM_CHROMIUM to its path)";
const MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>";

let folder: string;
let server: RunningServer;
let evil: Server;
let evilUrl: string;
let browser: Browser | undefined;

beforeAll(async () => {
  const executable = findChromium();
  if (executable === undefined) return;
  folder = mkdtempSync(join(tmpdir(), "monosem-browser-"));
  const directory = join(folder, "<img src=x onerror=alert(1)>");
  writeFakeRun(directory, 12);
  server = await startServer({ runs: [directory], port: 0, assets: await buildWebAssets() });
  evil = createServer((incoming, outgoing) => {
    outgoing.writeHead(200, { "Content-Type": "text/html" });
    outgoing.end(
      `<!doctype html><title>other</title><a href="${server.url.split("?")[0]}lists">look</a>${incoming.url}`,
    );
  }).listen(0, "127.0.0.1");
  await once(evil, "listening");
  // Another name of this machine: to a browser another site.
  evilUrl = `http://localhost:${(evil.address() as AddressInfo).port}/`;
  browser = await launchChromium(executable);
});

afterAll(async () => {
  await browser?.close();
  evil?.close();
  await server?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

test("the address with the token makes a browser known, leaves no token in it, and no other browser is", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await inBrowser(async (page, known) => {
    await page.goto(server.url);
    await page.waitForSelector(".run-card");
    expect(page.url()).toBe(new URL("/", server.url).href);
    await page.goto(new URL("/help", server.url).href);
    await page.waitForSelector("h1");
    expect(await page.evaluate("document.cookie")).toBe("");
    expect(await known.cookies()).toMatchObject([{ httpOnly: true, sameSite: "Strict", value: server.token }]);
  });
  await inBrowser(async (page) => {
    await page.goto(new URL("/", server.url).href);
    expect(await page.innerText("body")).toContain("Open the address that monosem printed");
  });
});

test("a link on another site leads to the page, and that site learns and changes nothing", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await inBrowser(async (page) => {
    await page.goto(server.url);
    await page.waitForSelector(".run-card");
    await page.goto(evilUrl);
    const attempts = await page.evaluate<Record<string, string>>(attackFrom(new URL("/", server.url).href));
    expect(attempts).toEqual({ read: "refused", post: "refused", form: "sent", script: "refused", socket: "refused" });
    await page.click("a");
    await page.waitForSelector("h1:has-text('Lists')");
  });
  const { lists } = (await (await fetchFrom(server, `/api/runs/${await readRunId()}/lists`)).json()) as FeatureLists;
  expect(lists).toEqual([]);
});

test("markup in names, labels and addresses is shown as text, and nothing can be made a script", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const run = await readRunId();
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ label: MARKUP, note: MARKUP });
  await fetchFrom(server, `/api/d/${run}-main/features/3/annotation`, { method: "PUT", headers, body });
  const title = JSON.stringify({ title: MARKUP });
  await fetchFrom(server, `/api/runs/${run}/lists`, { method: "POST", headers, body: title });
  await inBrowser(async (page) => {
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      return dialog.dismiss();
    });
    await page.goto(server.url);
    for (const path of [
      "/",
      `/d/${run}-main/f/3`,
      `/d/${run}-main/f?q=${encodeURIComponent(MARKUP)}`,
      "/lists",
      `/d/${MARKUP}`,
    ]) {
      await page.goto(new URL(path, server.url).href);
      await page.waitForSelector("h1");
      await page.waitForTimeout(300);
      expect(await page.locator("img[src=x], main script").count(), path).toBe(0);
    }
    await page.goto(new URL(`/d/${run}-main/f/3`, server.url).href);
    await page.getByText(MARKUP).first().waitFor();
    for (const attack of [
      "document.body.innerHTML = '<img src=x onerror=alert(3)>'",
      "document.body.append(Object.assign(document.createElement('script'), { text: 'alert(4)' }))",
      "setTimeout('alert(5)')",
      "new Worker('data:text/javascript,alert(6)')",
    ])
      expect(
        await page.evaluate(`(() => { try { ${attack}; return "done"; } catch (error) { return error.name; } })()`),
      ).toMatch(/^(TypeError|EvalError|SecurityError|done)$/);
    await page.waitForTimeout(300);
    expect(dialogs).toEqual([]);
  });
});

async function inBrowser(look: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
  const context = await browser!.newContext({ reducedMotion: "reduce" });
  try {
    await look(await context.newPage(), context);
  } finally {
    await context.close();
  }
}

async function readRunId(): Promise<string> {
  const { runs } = (await (await fetchFrom(server, "/api/runs")).json()) as { runs: { id: string }[] };
  return runs[0]!.id;
}

/** What a page of another site can try. */
function attackFrom(address: string): string {
  const json = `JSON.stringify({ title: "theirs" })`;
  return `(async () => {
    const outcome = (promise) => promise.then(() => "answered", () => "refused");
    const readable = (response) => response.text();
    const tag = (name, source) => new Promise((done) => {
      const element = Object.assign(document.createElement(name), { src: source });
      element.onload = () => done("loaded");
      element.onerror = () => done("refused");
      document.body.append(element);
    });
    const lists = "${address}api/runs/img-src-x-onerror-alert-1/lists";
    const form = Object.assign(document.createElement("form"), { action: lists, method: "post", enctype: "text/plain", target: "frame" });
    form.append(Object.assign(document.createElement("input"), { name: '{"title":"theirs","x":"', value: '"}' }));
    document.body.append(Object.assign(document.createElement("iframe"), { name: "frame" }), form);
    form.submit();
    return {
      read: await outcome(fetch("${address}api/runs", { credentials: "include" }).then(readable)),
      post: await outcome(fetch(lists, { method: "POST", credentials: "include", headers: { "Content-Type": "application/json" }, body: ${json} })),
      form: await new Promise((done) => setTimeout(() => done("sent"), 300)),
      script: await tag("script", "${address}api/runs"),
      socket: await new Promise((done) => Object.assign(new WebSocket("${address.replace("http", "ws")}"), { onopen: () => done("open"), onerror: () => done("refused") })),
    };
  })()`;
}
