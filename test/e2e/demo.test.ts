import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseFeatureRecord } from "../../src/features/feature-record.ts";
import type { DictionarySummary, RunSummary } from "../../src/server/api.ts";
import { readWebAssets } from "../../src/server/web-assets.ts";
import { launchChromium, openWatchedPage } from "../support/open-page.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { type CommandResult, startMonosem, waitFor } from "../support/run-monosem.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-demo-"));
/** The demo's own run, small enough for a test; its first checkpoint comes early, so that it is looked at. */
const SMALL = [
  ...[
    "corpus.builtinBytes=1500000",
    "corpus.vocabulary=512",
    "model.dModel=32",
    "model.dMlp=64",
    "model.contextLength=32",
  ],
  ...[
    "training.tokens=100000",
    "dictionary.features=128",
    "dictionary.tokensPerContext=16",
    "dictionary.bufferRows=8192",
  ],
  ...["dictionary.activations=200000", "dictionary.batch=128", "dictionary.checkpointEvery=200"],
  ...["features.tokens=20000", "features.partialTokens=5000", "evaluation.tokens=20000"],
].flatMap((assignment) => ["--set", assignment]);

let address: string;
let result: Promise<CommandResult>;
let child: ReturnType<typeof startMonosem>;
const states: RunSummary[][] = [];

beforeAll(async () => {
  child = startMonosem(["demo", "--dir", folder, "--port", "0", ...SMALL]);
  address = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const line = text.split("\n").find((candidate) => /^http:\/\/127\.0\.0\.1:\d+\/\?token=\S{43}$/.test(candidate));
      if (line !== undefined) resolve(line);
    });
    child.once("close", () => reject(new Error(`the demo ended at once: ${text}`)));
  });
  result = waitFor(child);
  for (;;) {
    const { runs } = await get<{ runs: RunSummary[] }>("/api/runs");
    states.push(runs);
    if (runs.length === 2 && runs.every(({ state }) => state === "finished")) break;
    if (runs.some(({ state }) => state === "failed")) throw new Error(JSON.stringify(runs));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}, 240_000);

afterAll(async () => {
  child.kill("SIGINT");
  await result;
  rmSync(folder, { recursive: true, force: true });
});

test("the address is served before anything is computed, and both runs are watched from waiting to finished", () => {
  expect(states[0]!.map(({ state }) => state)).not.toContain("finished");
  const demo = states.map((runs) => runs[1]!.state);
  expect(new Set(demo)).toEqual(new Set(["waiting", "running", "finished"]));
});

test("features of tiny are there while the demo trains, then partial ones of the demo's own dictionary, then all", () => {
  const demoPacks = states.map((runs) => findMain(runs[1]!)?.pack ?? null);
  const whileTraining = states.filter((runs) => runs[1]!.state === "running");
  expect(whileTraining.some((runs) => findMain(runs[0]!)?.pack?.partial === false)).toBe(true);
  expect(demoPacks.some((pack) => pack?.partial === true)).toBe(true);
  expect(demoPacks.at(-1)!.partial).toBe(false);
});

test("a feature's page shows the numbers of the pack, in a real browser, without an error or a request elsewhere", async (context) => {
  const executable = requireOrSkip(context, findChromium(), "no Chromium found (set MONOSEM_CHROMIUM to its path)");
  requireOrSkip(context, readWebAssets().size > 1 || undefined, "the web page is not built (npm run build)");
  const record = await findFiringFeature();
  const browser = await launchChromium(executable);
  try {
    const { page, problems } = await openWatchedPage(browser, address, { theme: "light", width: 1440 });
    await page.goto(new URL(`/d/${findMain(states.at(-1)![1]!)!.id}/f/${record.index}`, address).href);
    await page.getByRole("heading", { name: /^Top activations/ }).waitFor();
    const text = await page.locator("main").innerText();
    expect(text).toContain(record.firings.toLocaleString("en-US"));
    await page.goto(new URL("/runs/tiny", address).href);
    await page.waitForSelector("svg path");
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
  }
});

test("Ctrl-C ends the server well and gives the runs' locks back", async () => {
  child.kill("SIGINT");
  const { code, stderr } = await result;
  expect(code).toBe(0);
  expect(stderr).not.toMatch(/Error/);
  expect(existsSync(join(folder, "tiny", "lock"))).toBe(false);
});

function findMain(run: RunSummary): DictionarySummary | undefined {
  return run.dictionaries.find(({ name }) => name === "main");
}

async function get<T>(path: string): Promise<T> {
  const response = await ask(path);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

function ask(path: string): Promise<Response> {
  const token = new URL(address).searchParams.get("token");
  return fetch(new URL(path, address), { headers: { Authorization: `Bearer ${token}` } });
}

async function findFiringFeature(): Promise<ReturnType<typeof parseFeatureRecord>> {
  for (let n = 0; n < 128; n++) {
    const run = states.at(-1)![1]!;
    const response = await ask(`/api/d/${findMain(run)!.id}/features/${n}`);
    const record = parseFeatureRecord(new Uint8Array(await response.arrayBuffer()));
    if (record.firings > 1000) return record;
  }
  throw new Error("no feature fires more than 1,000 times");
}
