import { afterAll, beforeAll, expect, test } from "vitest";
import { openAnnotations } from "../../src/store/annotations.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { NO_CHROMIUM, openPageStage, type PageStage } from "../support/page-stage.ts";
import { requireOrSkip } from "../support/requirements.ts";

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
