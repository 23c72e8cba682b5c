import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeAnswer, emptyAnswers, findNextStep, type RatingAnswers } from "../../src/interpret/rubric.ts";
import type { SessionReport } from "../../src/pipeline/rate/report-session.ts";
import { openRatings } from "../../src/store/ratings.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { writeFakeNeurons, writeFakeRun } from "../support/fake-run.ts";
import { runMonosem } from "../support/run-monosem.ts";

const NOW = "2026-01-02T03:04:05.678Z";
const folder = mkdtempSync(join(tmpdir(), "monosem-rate-"));
const [directory, control] = [join(folder, "tiny"), join(folder, "shuffled")];
const ratingsPath = runPaths(directory).ratings;

beforeAll(async () => {
  writeFakeRun(directory, 40);
  writeFakeNeurons(directory, 40);
  writeFakeRun(control, 40);
  const { code, stdout } = await rate("prepare", "--features", "4", "--intervals", "2", "--control", control);
  expect([code, stdout.split("\n")[0]]).toEqual([
    0,
    "12 units are ready to be rated; serve the run and open /rate/tiny/first:",
  ]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function rate(...args: string[]) {
  return runMonosem(["rate", ...args, "--run", directory]);
}

function answerAll(intervals: number, points: number): RatingAnswers {
  let answers = emptyAnswers(intervals);
  for (let step = findNextStep(answers); step !== undefined; step = findNextStep(answers))
    answers = changeAnswer(answers, step, step.name === "interpretation" ? `=SUM(1), "quoted"` : Math.min(points, 1));
  return answers;
}

/** Rates every unit: features high, all others as without an interpretation. */
function rateAll(rater: string, shift: number): void {
  const ratings = openRatings(ratingsPath);
  const given = ratings.units("first").map(({ unit, kind, asked }) => {
    const none = changeAnswer(emptyAnswers(asked.length), { name: "interpretation" }, "");
    const best = answerAll(asked.length, 1);
    const consistency = asked.map(() => (kind === "feature" ? 5 - shift : 0));
    const full = { ...best, confidence: 3, consistency, logits: 3, separation: null, specificity: 3 };
    return { rater, unit, answers: kind === "feature" ? full : none };
  });
  ratings.rate("first", given, NOW);
  ratings.close();
}

test("a session mixes features, neurons and the control, and a second of its name is refused", async () => {
  const ratings = openRatings(ratingsPath);
  const kinds = ratings.units("first").map(({ kind }) => kind);
  ratings.close();
  expect(kinds.toSorted().join(" ")).toBe(`${"control ".repeat(4)}${"feature ".repeat(4)}neuron neuron neuron neuron`);
  expect(kinds).not.toEqual(kinds.toSorted());
  const again = await rate("prepare", "--features", "4");
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("there is a session first in")]);
});

test("the summary has medians by kind beside the paper's, agreement, and what each unit was", async () => {
  rateAll("ada", 0);
  rateAll("bob", 1);
  const { stdout } = await rate("summary");
  expect(stdout).toContain("features          median 13.5 (13.5 to 13.5), the paper's 12; above 8: 100 %");
  expect(stdout).toContain("neurons           median 0 (0 to 0), the paper's 0; above 8: 0 %");
  expect(stdout).toContain("shuffled weights  median 0");
  expect(stdout).toMatch(/ada and bob: kappa, quadratic weights, 1\.00 \(0\.99 to 1\.00\); 24 scores of 12 units/);
  const report = JSON.parse((await rate("summary", "--json")).stdout) as SessionReport;
  const [feature] = report.summary.kinds;
  expect(feature!.distribution.slice(12)).toEqual([0, 8, 8]);
  expect(report.units.filter(({ run }) => run === "shuffled")).toHaveLength(4);
});

test.each(["csv", "jsonl"])(
  "%s goes out and in again and changes nothing; edited by hand it takes the rows' place",
  async (kind) => {
    const file = join(folder, `ratings.${kind}`);
    expect((await rate("export", "--file", file)).code).toBe(0);
    expect((await rate("import", "--file", file)).stdout).toBe("0 units added, 0 replaced, 24 as they were\n");
    const text = readFileSync(file, "utf8");
    const edited =
      kind === "csv" ? text.replaceAll(",ada,", ",eve,") : text.replaceAll('"rater":"ada"', '"rater":"eve"');
    writeFileSync(file, edited);
    expect((await rate("import", "--file", file)).stdout).toBe("12 units added, 0 replaced, 12 as they were\n");
    expect((await rate("export", "--file", file)).code).toBe(0);
    expect(readFileSync(file, "utf8")).toContain("=SUM(1)");
    const ratings = openRatings(ratingsPath);
    const interpretations = ratings.read("first").filter(({ rater }) => rater === "eve");
    const kept = ratings.units("first").length;
    ratings.close();
    expect(interpretations).toHaveLength(kept);
    expect(interpretations.some(({ answers }) => answers.interpretation === `=SUM(1), "quoted"`)).toBe(true);
    rmSync(ratingsPath);
    await rate("prepare", "--features", "4", "--intervals", "2", "--control", control);
    rateAll("ada", 0);
    rateAll("bob", 1);
  },
);

test.each([
  ["unit", (line: string) => line.replace(/,\d+,/, ",77,"), /line 2: there is no unit 77 in session first/],
  ["points", (line: string) => line.replace(",3,5,3,", ",3,9,3,"), /line 2: consistency: /],
  [
    "words",
    (line: string) => line.replace(",3,5,3,", ",3,five,3,"),
    /line 2: consistency is "five", wanted a whole number/,
  ],
  [
    "the unit's",
    (line: string) => line.replace(",3,5,3,", ",2,5,3,"),
    /confidence is \d, in .*line \d+ \d: it is of the whole unit/,
  ],
  ["cells", (line: string) => `${line},x`, /line 2: got 17 cells, the first line has 16/],
  ["quote", (line: string) => line.replace(/,3,/, ',"3,'), /line 2: a quote/],
] as const)("a file whose %s were edited wrongly is one sentence and changes nothing", async (_, edit, sentence) => {
  const before = (await rate("export")).stdout;
  const lines = before.split("\r\n");
  const at = lines.findIndex((line) => line.includes(",3,5,3,"));
  const [row] = lines.splice(at, 1);
  const file = join(folder, "edited.csv");
  writeFileSync(file, [lines[0], edit(row!), ...lines.slice(1)].join("\r\n"));
  const { code, stderr, stdout } = await rate("import", "--file", file);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect((await rate("export")).stdout).toBe(before);
});

test.each([
  [["sumary"], "got sumary, wanted prepare, summary, export, import"],
  [["summary", "--session", "second"], "there is no session second, there is first"],
  [["export", "--file", "x.txt"], "wanted a name that ends in .csv or .jsonl"],
  [["prepare", "--session", "b", "--features", "0"], "--features is 0, wanted 1 or more"],
  [["prepare", "--session", "b", "--features", "4000"], "that can be rated, got --features 4000"],
  [["prepare", "--session", "b", "--control", directory], "--control is the run itself"],
  [["prepare", "--session", "b", "--dictionary", "wide"], "make it with monosem features"],
])("rate %j is one sentence", async (args, sentence) => {
  const { code, stderr } = await rate(...args);
  expect(code).not.toBe(0);
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});
