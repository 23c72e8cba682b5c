import { afterAll, beforeAll, expect, test } from "vitest";
import { ANALYSES } from "../../src/analysis/analyses.ts";
import { createFakeNeuronBasis, createFakeUltralow } from "../support/fake-analyses.ts";
import { NO_CHROMIUM, openPageStage, type PageStage } from "../support/page-stage.ts";
import { requireOrSkip } from "../support/requirements.ts";
import { expectAccessible } from "../support/visit-page.ts";

const FEATURES = 120;
let stage: PageStage | undefined;

beforeAll(async () => {
  stage = await openPageStage(FEATURES);
});

afterAll(async () => stage?.close());

const VIEWS = (["light", "dark"] as const).flatMap((theme) => [1440, 390].map((width) => ({ theme, width })));
const query = (url: string) => new URL(url).searchParams;

test("the neuron basis: finding, figures, charts and the features at the extremes", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  const { live, features } = createFakeNeuronBasis(FEATURES);
  await visit("/d/tiny-main/neuron-basis", async (page) => {
    await page.getByRole("heading", { name: ANALYSES["neuron-basis"].title, level: 1 }).waitFor();
    const share = (100 * live.kinds["1-sparse"]) / live.directions;
    expect(await page.locator(".finding").textContent()).toContain(`${share.toFixed(1)} % lie along one neuron`);
    await page.locator(`svg[aria-label$=", ${live.directions} points"]`).waitFor();
    const first = page.locator("section[aria-labelledby=extremes] tbody th a").first();
    const top = features.topShare.reduce((best, value, i) => (value > features.topShare[best]! ? i : best), 0);
    expect(await first.textContent()).toBe(String(top));
    await page.locator("label.filter, label", { hasText: "least read" }).first().click();
    await expect.poll(() => query(page.url()).get("order")).toBe("unread");
    const alive = [...features.firings.keys()].filter((i) => features.firings[i]! > 0);
    const unread = alive.reduce((a, b) => (features.nullShare[b]! > features.nullShare[a]! ? b : a));
    await expect.poll(() => first.textContent()).toBe(String(unread));
    await page.locator("summary", { hasText: "View as table" }).first().click();
    await page.locator(".chart-table table").first().waitFor();
    await first.click();
    await page.getByRole("heading", { name: `Feature ${unread}`, exact: true }).waitFor();
  });
});

test("the ultralow cluster: its space, its direction, what fires it, other dictionaries and its past", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  const found = createFakeUltralow(FEATURES);
  await visit("/d/tiny-main/ultralow", async (page) => {
    await page.getByRole("heading", { name: ANALYSES.ultralow.title, level: 1 }).waitFor();
    expect(await page.locator(".finding").textContent()).toContain("30 features (25.0 %) stand apart as a cluster");
    expect(await page.locator(".point-cloud").count()).toBe(3);
    const inputs = page.locator(".shared-inputs tbody tr");
    expect(await inputs.count()).toBe(1);
    expect(await inputs.locator("td").first().textContent()).toBe("27");
    await inputs.locator("mark").waitFor();
    const others = page.locator("section[aria-labelledby=others-title] tbody th");
    expect(await others.allTextContents()).toEqual([
      "again",
      "main-orthogonal (trained without the direction of this one)",
    ]);
    await page.getByText("monosem analyse ultralow --run tiny --dictionary main --orthogonal").waitFor();
    await page.locator(".heat-map .cell").first().waitFor();
    await page.getByText(`From ${found.fell! / 1000} k vectors on their median was below 1e-4.`).waitFor();
    await page.locator("section[aria-labelledby=members-title] tbody th a").first().click();
    await page.getByRole("heading", { name: /^Feature \d+$/ }).waitFor();
  });
});

test("features as results and as actions: each with what it stands for and what holding it high does", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main/actions", async (page) => {
    await page.getByRole("heading", { name: ANALYSES.actions.title, level: 1 }).waitFor();
    expect(await page.locator(".finding").textContent()).toContain("Of 2 features whose explanation predicts");
    const rows = page.locator(".actions-table tbody tr");
    expect(await rows.first().locator("td").allTextContents()).toEqual([
      ...["Arabic script", "90.0 %", "80.0 %", "tokens in Arabic script", "12", "2.00 %"],
      ...["+30.0 % +25.0 % to +35.0 %", "+0 % −1.00 % to +1.00 %"],
    ]);
    expect(await rows.nth(2).textContent()).toContain("no rule");
    await rows.first().getByRole("link", { name: "Arabic script" }).click();
    await page.getByRole("heading", { name: ANALYSES.specificity.title, level: 1 }).waitFor();
    expect(query(page.url()).get("proxy")).toBe("arabic");
  });
});

test.for(["neuron-basis", "ultralow", "actions"])(
  "%s reads well in both themes, wide and narrow",
  async (name, context) => {
    const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
    for (const viewing of VIEWS)
      await visit(
        `/d/tiny-main/${name}`,
        async (page) => {
          await page.locator(".finding").waitFor();
          if (name !== "actions") await page.locator("figure svg").first().waitFor();
          await expectAccessible(page);
        },
        { viewing },
      );
  },
);
