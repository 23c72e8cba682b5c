import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createReferenceKernels } from "../../src/kernels/reference.ts";
import { answerLive } from "../../src/live/answer-live.ts";
import type { LiveEvent } from "../../src/live/live-event.ts";
import type { LiveRequest } from "../../src/live/live-request.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { readWebAssets, type WebAssets } from "../../src/server/web-assets.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { launchChromium, openWatchedPage } from "../support/open-page.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { createTinySubject } from "../support/tiny-live-subject.ts";
import { writeLiveRun } from "../support/write-live-run.ts";

const NO_CHROMIUM = "no Chromium found (set MONOSEM_CHROMIUM to its path)";
const ROOT = resolve(import.meta.dirname, "../..");
const tiny = createTinySubject();
const STEER = {
  ...{ kind: "steer", prompt: "the cat", errorTerm: "keep", tokens: 20, seed: 1, temperature: 1, topK: 0, topP: 1 },
  interventions: [{ kind: "pin", feature: 3, value: 4, span: null }],
} as const satisfies LiveRequest;
const SUMMARY = {
  ...{ id: "tiny-main", run: "tiny", name: "main", packProblem: null, metrics: null, config: null },
  pack: { site: "blocks.0.mlp.hook_post", layerNormScale: 0.7, unusedTokens: tiny.files.unusedTokens },
};

let folder: string;
let server: RunningServer;
let browser: Browser | undefined;

beforeAll(async () => {
  const executable = findChromium();
  if (executable === undefined) return;
  folder = mkdtempSync(join(tmpdir(), "monosem-live-"));
  writeLiveRun(join(folder, "tiny"), tiny);
  server = await startServer({ runs: [join(folder, "tiny")], port: 0, assets: await buildAskingPage() });
  browser = await launchChromium(executable);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** A page that holds the client and nothing else. */
async function buildAskingPage(): Promise<WebAssets> {
  const [root, outDir] = [join(folder, "page"), join(folder, "built")];
  mkdirSync(root);
  writeFileSync(
    join(root, "index.html"),
    '<!doctype html><title>x</title><link rel="icon" href="data:,"><script type="module" src="main.ts"></script>',
  );
  const client = JSON.stringify(join(ROOT, "web/data/live-client.ts"));
  writeFileSync(join(root, "main.ts"), `import { askLive } from ${client}; globalThis.askLive = askLive;`);
  await build({ configFile: join(ROOT, "vite.config.ts"), root, logLevel: "error", build: { outDir } });
  return readWebAssets(outDir);
}

async function visit(look: (page: Page) => Promise<void>): Promise<void> {
  const { page, problems } = await openWatchedPage(browser!, server.url, { theme: "light", width: 800 });
  try {
    await page.goto(server.url);
    await page.waitForFunction("globalThis.askLive !== undefined");
    await look(page);
    expect(problems).toEqual([]);
  } finally {
    await page.close();
  }
}

/** All events of an answer, or the sentence it ends with; aborted after `until` events where given. */
function ask(page: Page, request: unknown, until?: number): Promise<LiveEvent[] | string> {
  const collect = `async ([summary, request, until]) => {
    const stop = new AbortController();
    const events = [];
    try {
      for await (const event of globalThis.askLive(summary, request, stop.signal)) {
        events.push(event);
        if (events.length === until) stop.abort();
      }
      return events;
    } catch (error) {
      return error.name + ": " + error.message;
    }
  }`;
  return page.evaluate(`(${collect})(${JSON.stringify([SUMMARY, request, until])})`);
}

function answerHere(request: LiveRequest): Promise<LiveEvent[]> {
  return Array.fromAsync(answerLive(tiny.create(createReferenceKernels()), request));
}

/** Events as JSON with ten digits: the browser's exponential and Node's may differ in the last bit. */
function roundNumbers(events: LiveEvent[] | string): unknown {
  const round = (_: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(10)) : value);
  return JSON.parse(JSON.stringify(events, round));
}

test("the page's worker answers as the library does, several requests side by side", async (context) => {
  requireOrSkip(context, browser !== undefined, NO_CHROMIUM);
  const explore = { kind: "explore", text: "the cat sat on the mat", effects: true, nextToken: 7 } as const;
  await visit(async (page) => {
    const [first, second, third] = await Promise.all([
      ask(page, STEER),
      ask(page, explore),
      ask(page, { ...STEER, interventions: [] }),
    ]);
    expect(roundNumbers(first)).toEqual(roundNumbers(await answerHere(STEER)));
    expect(roundNumbers(second)).toEqual(roundNumbers(await answerHere(explore)));
    expect(roundNumbers(third)).toEqual(roundNumbers(await answerHere({ ...STEER, interventions: [] })));
  });
});

test("an answer ends when it is aborted, and the next one comes all the same", async (context) => {
  requireOrSkip(context, browser !== undefined, NO_CHROMIUM);
  await visit(async (page) => {
    expect(await ask(page, { ...STEER, tokens: 500 }, 5)).toMatch(/^AbortError: /);
    expect(await ask(page, STEER)).toHaveLength(1 + 1 + 20 + 1);
  });
});

test("what is wrong with a request comes as a sentence", async (context) => {
  requireOrSkip(context, browser !== undefined, NO_CHROMIUM);
  await visit(async (page) => {
    const unknown = { ...STEER, interventions: [{ kind: "ablate", feature: 99, span: null }] };
    expect(await ask(page, unknown)).toBe("Error: There is no feature 99: they are numbered 0 to 19.");
    expect(await ask(page, { ...STEER, prompt: " " })).toContain("The request cannot be answered: prompt: ");
  });
});

test("weights that arrive damaged are noticed", async (context) => {
  requireOrSkip(context, browser !== undefined, NO_CHROMIUM);
  const path = runPaths(join(folder, "tiny")).model.weights;
  const whole = readFileSync(path);
  const damaged = Buffer.from(whole);
  damaged[damaged.length - 3]! ^= 1;
  writeFileSync(path, damaged);
  await visit(async (page) => {
    expect(await ask(page, STEER)).toBe("Error: The model's weights arrived damaged: reload the page.");
  });
  writeFileSync(path, whole);
});
