import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ANALYSES, ANALYSIS_NAMES } from "../../src/analysis/analyses.ts";
import { writeArticle } from "../../src/article/write-article.ts";
import { STAGE_NAMES } from "../../src/pipeline/events.ts";
import { openRun } from "../../src/pipeline/open-run.ts";
import { launchChromium } from "../support/open-page.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { runMonosem } from "../support/run-monosem.ts";
import { createRunFolder, runStages } from "../support/small-run.ts";
import { expectAccessible } from "../support/visit-page.ts";

const run = createRunFolder("report");
const out = mkdtempSync(join(tmpdir(), "monosem-article-"));
let browser: Browser | undefined;

beforeAll(async () => {
  await runStages({ directory: run, stages: STAGE_NAMES, assignments: ["dictionary.l1=0.01"] });
  const chromium = findChromium();
  if (chromium !== undefined) browser = await launchChromium(chromium);
}, 240_000);

afterAll(async () => {
  await browser?.close();
  for (const folder of [run, out]) rmSync(folder, { recursive: true, force: true });
});

test("a run is told in the order of the paper; what was not computed is named with its command", async () => {
  const { code, stdout, stderr } = await runMonosem(["report", run, "--out", out, "--json"]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const { files, missing } = JSON.parse(stdout) as { files: string[]; missing: string[] };
  expect(files.map((file) => existsSync(file))).toEqual([true, true]);
  expect(missing).toContain(`monosem compare --run ${run} --dictionary main`);
  const { sections } = writeArticle(run, "main");
  const ids = sections.map(({ id }) => id);
  expect(ids.slice(0, 3)).toEqual(["set-up", "metrics", "case-studies"]);
  expect(ids.filter((id) => Object.hasOwn(ANALYSES, id)).toSorted()).toEqual([...ANALYSIS_NAMES].toSorted());
  const markdown = readFileSync(files[1]!, "utf8");
  for (const { title } of sections) expect(markdown).toContain(`## ${title}`);
});

test("the figures are those of the run's files", () => {
  const { sections } = writeArticle(run, "main");
  const cells = JSON.stringify(sections.find(({ id }) => id === "metrics"));
  const { l0, lossRecovered, evaluationTokens } = openRun(run).metrics();
  expect(cells).toContain(`${l0.toFixed(2)} (`);
  expect(cells).toContain(`${lossRecovered.zero.toFixed(4)} (`);
  expect(cells).toContain(`on ${evaluationTokens.toLocaleString("en-US")} held-out tokens`);
});

test.for([
  { theme: "light", width: 1440 },
  { theme: "dark", width: 1440 },
  { theme: "light", width: 390 },
  { theme: "dark", width: 390 },
] as const)("the article opens without a server and asks for nothing: %j", async ({ theme, width }, context) => {
  const file = pathToFileURL(join(out, "article.html")).href;
  requireOrSkip(context, browser, "no Chromium");
  const page = await browser!.newPage({ colorScheme: theme, viewport: { width, height: 900 } });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("pageerror", (error) => asked.push(error.message));
  await page.goto(file);
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(await page.getByRole("heading", { level: 2 }).count()).toBe(writeArticle(run, "main").sections.length);
  await page.waitForFunction('document.querySelector("figure svg") !== null');
  await expectAccessible(page);
  expect(asked).toEqual([file]);
  await page.close();
});

test.each<[string, string[], RegExp]>([
  ["no run", [], /RUN is missing/],
  ["a folder that is none", [out], /is not a run directory/],
  ["a dictionary that is not there", [run, "--dictionary", "nothing"], /no dictionary nothing/],
])("%s is told in a sentence", async (_name, args, sentence) => {
  const { code, stderr } = await runMonosem(["report", ...args]);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(sentence);
});
