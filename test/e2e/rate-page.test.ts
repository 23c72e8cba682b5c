import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MOST_POINTS, scoreIntervals } from "../../src/interpret/rubric.ts";
import { prepareSession } from "../../src/pipeline/rate/prepare-session.ts";
import { openRatings, type Rating } from "../../src/store/ratings.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { writeFakeNeurons } from "../support/fake-run.ts";
import { takeToken } from "../support/open-page.ts";
import { NO_CHROMIUM, openPageStage, type PageStage } from "../support/page-stage.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { startMonosem } from "../support/run-monosem.ts";
import { expectAccessible } from "../support/visit-page.ts";

const UNITS = 4;
const NOW = "2026-01-02T03:04:05.678Z";
let stage: PageStage | undefined;

beforeAll(async () => {
  stage = await openPageStage(40);
  if (stage === undefined) return;
  writeFakeNeurons(stage.directory, 40);
  const request = { directory: stage.directory, dictionary: "main", control: undefined, intervals: 2, seed: 3 };
  for (const session of ["blind", "keys", "four", "over"])
    prepareSession({ ...request, session, features: UNITS / 2 }, NOW);
});

afterAll(async () => stage?.close());

function readRatings(session: string, directory = stage!.directory): readonly Rating[] {
  const ratings = openRatings(runPaths(directory).ratings);
  const read = ratings.read(session);
  ratings.close();
  return read;
}

async function waitForSaved(page: Page): Promise<void> {
  await page.getByText("Everything is saved.").waitFor();
}

/** Rates the unit that is shown, by keys alone: a line, and the same digit or the question's most wherever it is asked. */
async function rateUnit(page: Page, line: string, digit: number): Promise<void> {
  await page.locator(".rubric-step.current input").waitFor();
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
  while ((await page.getByText("This unit is complete").count()) === 0) {
    const most = (await page.locator(".rubric-step.current .rubric-point").count()) - 1;
    await page.keyboard.press(String(Math.min(most, digit)));
  }
}

test("nothing on the page says what a unit is: not its address, its title, its text, or any answer", async (context) => {
  const { visit, directory } = requireOrSkip(context, stage, NO_CHROMIUM);
  const ratings = openRatings(runPaths(directory).ratings);
  const units = ratings.units("blind");
  ratings.close();
  expect(units.map(({ kind }) => kind).toSorted()).toEqual(["feature", "feature", "neuron", "neuron"]);
  await visit("/rate/tiny/blind?rater=ada", async (page) => {
    const answers = new Map<string, string>();
    page.on("response", (response) => {
      const { pathname } = new URL(response.url());
      // What the page before the reload still asked for has no text any more.
      if (pathname.startsWith("/api/"))
        response.text().then(
          (text) => answers.set(`${response.request().method()} ${pathname}`, text),
          () => undefined,
        );
    });
    await page.reload();
    for (const { unit } of units) {
      await rateUnit(page, "letters", 2);
      await waitForSaved(page);
      const shown = `${page.url()} ${await page.title()} ${await page.locator("main, header").allInnerTexts()}`;
      expect(shown).toContain(`unit ${unit} of ${UNITS}`);
      expect(shown).not.toMatch(/neuron|feature|control|shuffled/i);
      const html = await page.evaluate<string>("document.querySelector('main').outerHTML");
      expect(html).not.toMatch(/neuron|feature|control|shuffled|\/d\//i);
      if (unit < UNITS) await page.keyboard.press("Enter");
    }
    const asked = [...answers.keys()].filter((path) => !/\/units\/\d$/.test(path)).toSorted();
    expect(asked).toEqual(["GET /api/runs/tiny/ratings/blind/progress", "GET /api/runs/tiny/vocabulary"]);
    for (const { unit } of units) {
      expect(answers.get(`PUT /api/runs/tiny/ratings/blind/units/${unit}`)).toBe("{}");
      const text = answers.get(`GET /api/runs/tiny/ratings/blind/units/${unit}`)!;
      const names = new Set<string>();
      JSON.parse(text, (name, value) => {
        if (!/^\d*$/.test(name)) names.add(name);
        return value;
      });
      expect([...names].toSorted()).toEqual(
        ["asked", "examples", "interval", "intervals", "percent", "percents", "raised", "token", "tokens"].toSorted(),
      );
    }
  });
});

test("the report and the files wait until everybody who began is done", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(
    "/rate/tiny/keys?rater=eve",
    async (page) => {
      await page.locator(".rubric-step.current input").waitFor();
      await page.keyboard.type("x");
      await page.keyboard.press("Enter");
      await waitForSaved(page);
      const statuses = await page.evaluate<number[]>(
        `Promise.all(["ratings.csv", "ratings.jsonl", "report"].map(async (name) => (await fetch("/api/runs/tiny/ratings/keys/" + name)).status))`,
      );
      expect(statuses).toEqual([409, 409, 200]);
      await page.goto(new URL("/rate/tiny/keys/report", page.url()).href);
      await page.getByText("eve has rated 0 so far.").waitFor();
      expect(await page.locator("main").innerText()).not.toMatch(/neuron/i);
      await page.getByRole("link", { name: "Go on" }).click();
      await page.locator(".rubric-answer").waitFor();
      // The only answer taken back: eve has not begun.
      await page.keyboard.press("Backspace");
      await waitForSaved(page);
    },
    { expected: [/409/] },
  );
});

test("a session is rated by keys alone: digits, undo across units, a reload, to the report", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/rate", async (page) => {
    await page.locator(".rating-session", { hasText: "keys" }).getByLabel("Your name").focus();
    await page.keyboard.type("bob");
    await page.keyboard.press("Enter");
    await rateUnit(page, "letters", 3);
    // Back over the last two answers, the last one anew with less.
    await page.keyboard.press("Backspace");
    await page.keyboard.press("1");
    await page.getByText("This unit is complete: ").waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("bob, unit 2 of 4").waitFor();
    // Nothing was said about this one yet: the answer before it is taken back.
    await page.locator(".rubric-step.current input").waitFor();
    await page.keyboard.press("Backspace");
    await page.getByText("bob, unit 1 of 4").waitFor();
    await page.locator(".rubric-step.current .rubric-point").first().waitFor();
    await page.keyboard.press("2");
    await page.getByText("This unit is complete: 11, 11 of 14 points.").waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".rubric-step.current input").waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("This unit is complete: 0, 0 of 14 points.").waitFor();
    await page.keyboard.press("Enter");
    await page.locator(".rubric-step.current input").waitFor();
    await page.keyboard.type("half");
    await page.keyboard.press("Enter");
    await page.keyboard.press("2");
    // A digit above what is asked is none.
    await page.keyboard.press("9");
    await waitForSaved(page);
    await page.reload();
    await page.getByText("2 done, 2 left").waitFor();
    expect(await page.locator(".rubric-answer").innerText()).toContain("half");
    expect(await page.locator(".rubric-point[aria-pressed=true]").count()).toBe(1);
    while ((await page.getByText("This unit is complete").count()) === 0) await page.keyboard.press("0");
    await page.keyboard.press("Enter");
    await rateUnit(page, "last", 5);
    await waitForSaved(page);
    await page.getByRole("link", { name: "All are done" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "What the units were" }).waitFor();
    const rows = await page.locator(".unit-table tbody tr").allInnerTexts();
    expect(rows).toHaveLength(UNITS);
    expect(rows.filter((row) => row.includes("neuron "))).toHaveLength(UNITS / 2);
    expect(await page.locator(".unit-table a").first().getAttribute("href")).toMatch(
      /^\/d\/tiny-(main|neurons)\/f\/\d+$/,
    );
    const csv = await page.evaluate<string>(`fetch("/api/runs/tiny/ratings/keys/ratings.csv").then((r) => r.text())`);
    expect(csv.trim().split("\r\n"), csv).toHaveLength(1 + 2 * UNITS);
  });
  const given = readRatings("keys").filter(({ rater }) => rater === "bob");
  expect(given.map(({ answers }) => scoreIntervals(answers))).toEqual([
    [11, 11],
    [0, 0],
    [2, 2],
    [14, 14],
  ]);
  expect(given[0]!.answers).toMatchObject({ interpretation: "letters", logits: MOST_POINTS.logits, separation: null });
});

test("rating and its report have no accessibility fault in four views, and fit", async (context) => {
  const { visit, directory } = requireOrSkip(context, stage, NO_CHROMIUM);
  const ratings = openRatings(runPaths(directory).ratings);
  for (const rater of ["ada", "bob"]) {
    const points = { confidence: 2, logits: 1, separation: 1, specificity: rater === "ada" ? 3 : 2 };
    const given = ratings.units("over").map(({ unit, asked }) => {
      const consistency = asked.map((interval) => interval % 5);
      return { rater, unit, answers: { ...points, interpretation: "letters", consistency } };
    });
    ratings.rate("over", given, NOW);
  }
  ratings.close();
  for (const theme of ["light", "dark"] as const)
    for (const width of [1440, 390]) {
      const look = async (page: Page) => {
        await page.locator(".rating-session, .rubric, .unit-table").first().waitFor();
        await expectAccessible(page);
      };
      for (const path of ["/rate", "/rate/tiny/four?rater=ada", "/rate/tiny/over/report"])
        await visit(path, look, { viewing: { theme, width } });
    }
});

test("what was answered is there after the server was killed", async (context) => {
  const { directory } = requireOrSkip(context, stage, NO_CHROMIUM);
  const folder = mkdtempSync(join(tmpdir(), "monosem-rate-kill-"));
  const copy = join(folder, "tiny");
  cpSync(directory, copy, { recursive: true });
  const browser = await chromium.launch({ executablePath: findChromium()!, args: ["--no-sandbox"] });
  try {
    await expectKilledResumes(browser, copy);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function expectKilledResumes(browser: Browser, directory: string): Promise<void> {
  const first = await serve(directory);
  const page = await browser.newPage();
  await page.goto(new URL("/rate/tiny/four?rater=ada", await takeToken(page, first.url)).href);
  await rateUnit(page, "letters", 3);
  await page.keyboard.press("Enter");
  await page.locator(".rubric-step.current input").waitFor();
  await page.keyboard.type("half");
  await page.keyboard.press("Enter");
  await page.keyboard.press("2");
  await waitForSaved(page);
  first.child.kill("SIGKILL");
  await page.keyboard.press("4");
  await page.getByText("Answers stay on this page and are sent with the next one.").waitFor();
  const [one, two] = readRatings("four", directory);
  expect(scoreIntervals(one!.answers)).toEqual([12, 12]);
  expect(two!.answers).toMatchObject({ interpretation: "half", confidence: 2, consistency: [null, null] });
  const second = await serve(directory);
  await page.goto(new URL("/rate/tiny/four?rater=ada", await takeToken(page, second.url)).href);
  await page.getByText("1 done, 3 left").waitFor();
  await page.getByText("ada, unit 2 of 4").waitFor();
  expect(await page.locator(".rubric-answer").innerText()).toContain("half");
  second.child.kill("SIGKILL");
}

async function serve(directory: string) {
  const child = startMonosem(["serve", "--run", directory, "--port", "0"]);
  const url = await new Promise<string>((resolve) => {
    child.stdout!.on("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  return { child, url };
}
