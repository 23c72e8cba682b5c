import { afterAll, beforeAll, expect, test } from "vitest";
import { writeInterpretation } from "../../src/pipeline/interpret/interpretation-file.ts";
import { openAnnotations } from "../../src/store/annotations.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { writeFakeNeurons } from "../support/fake-run.ts";
import { NO_CHROMIUM, openPageStage, type PageStage } from "../support/page-stage.ts";
import { requireOrSkip } from "../support/requirements.ts";
import { expectAccessible } from "../support/visit-page.ts";

const NOW = "2026-01-02T03:04:05.678Z";
const WEIGHTS = "0".repeat(64);
let stage: PageStage | undefined;

beforeAll(async () => {
  stage = await openPageStage(40);
  if (stage === undefined) return;
  const annotations = openAnnotations(runPaths(stage.directory).labels);
  const of = { dictionary: "main", weights: WEIGHTS };
  const said = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map((score, feature) => ({
    feature,
    text: `rule ${feature}`,
    score,
  }));
  annotations.explain({ ...of, method: "rules 1" }, said, NOW);
  const markup = "<img src=x onerror=alert(1)> letters";
  annotations.explain({ ...of, method: "small, prompts 1" }, [{ feature: 2, text: markup, score: -0.25 }], NOW);
  annotations.close();
});

afterAll(async () => stage?.close());

test("an explanation stands with its method, its score and the median of the method, as text alone", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main/f/2", async (page) => {
    const rules = page.locator("p", { hasText: "rule 2" }).first();
    await expect
      .poll(() => rules.textContent())
      .toContain("rules 1, score 0.30; median of the 7 features explained here 0.40 (95 %: 0.10 to 0.70)");
    const other = await page.locator("p", { hasText: "onerror" }).first().textContent();
    expect(other).toContain("<img src=x onerror=alert(1)> letters");
    expect(other).toContain("small, prompts 1, score −0.25");
    expect(other).not.toContain("median");
    expect(await page.locator("img[src=x]").count()).toBe(0);
  });
});

test("a dictionary's page has the medians of the methods that explained enough", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main", async (page) => {
    await page.getByRole("heading", { name: "Explanations" }).waitFor();
    const rows = await page.locator(".card", { hasText: "Explanations" }).locator("tbody tr").allTextContents();
    expect(rows).toEqual(["rules 1, 7 features0.400.10 to 0.70"]);
  });
});

test("once interpretations are kept, neurons stand beside, and each score shows the examples it is of", async (context) => {
  const { visit, directory, fake } = requireOrSkip(context, stage, NO_CHROMIUM);
  const paths = runPaths(directory);
  writeFakeNeurons(directory, 8);
  const tokens = [...fake.tokenizer.encode("abc, د<b>x")].slice(0, 5);
  const scores = {
    pearson: 0.5,
    weightedSpearman: 0.25,
    weightedPearson: null,
    logits: 0.75,
    detection: 0.8,
    fuzzing: 0.6,
  };
  const keep = (dictionary: string, spearmans: readonly number[]) => {
    const features = spearmans.map((spearman, feature) => ({
      ...{ feature, singleToken: feature % 2 === 0, explanation: `rule ${feature}`, scores: { spearman, ...scores } },
      examples: [
        { source: "interval-10", tokens: tokens.join(" "), levels: "0 0 9 0 1", predicted: "0 0 8.5 0 0" },
        { source: "random", tokens: tokens.join(" "), levels: "0 0 0 0 0", predicted: null },
      ],
    }));
    const key = {
      format: 2,
      exam: 1,
      dictionary,
      dictionarySha256: WEIGHTS,
      tokensSha256: "1",
      method: "rules 1",
    } as const;
    const path = paths.interpretation(dictionary, "rules 1");
    writeInterpretation(path, { ...key, seed: 0, tooFewExamples: [], features }, features);
  };
  keep("main", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
  keep("neurons", [0.05, 0.15, 0.25]);
  await visit("/d/tiny-main", async (page) => {
    const rows = page.locator(".interpretations tbody tr");
    await expect.poll(() => rows.count()).toBe(2);
    const [own, neurons] = await rows.allInnerTexts();
    expect(own).toMatch(/^this dictionary 7\s+0\.40 .*\s+0\.40 .*\s+0\.40 .*\s+0\.75/);
    expect(neurons).toMatch(/^tiny-neurons 3\s+0\.15 /);
  });
  for (const theme of ["light", "dark"] as const)
    for (const width of [1440, 390])
      await visit(
        "/d/tiny-main/f/2",
        async (page) => {
          await page.getByText("Scores and scored examples").first().click();
          const table = page.locator(".scored-examples");
          await table.waitFor();
          const bodies = await table.locator("tbody").allInnerTexts();
          expect(bodies).toHaveLength(2);
          expect(bodies[0]).toMatch(/^interval 11 of 11/);
          expect(bodies[0]).toMatch(/predicted\s+0\s+0\s+8\.5\s+0\s+0\s*$/);
          expect(bodies[1]).toContain("no answer that could be read");
          expect(await page.locator(".scored .note").innerText()).toContain("rank correlation 0.30, Pearson 0.50");
          await expectAccessible(page);
        },
        { viewing: { theme, width } },
      );
});
