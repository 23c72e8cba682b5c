import { afterAll, beforeAll, expect, test } from "vitest";
import { NO_CHROMIUM, openPageStage, type PageStage } from "../support/page-stage.ts";
import { requireOrSkip } from "../support/requirements.ts";
import { expectAccessible } from "../support/visit-page.ts";

let stage: PageStage | undefined;

beforeAll(async () => {
  stage = await openPageStage(120);
});

afterAll(async () => stage?.close());

const query = (url: string) => new URL(url).searchParams;

test("the page lists every proxy with feature, union and neuron, and the activations of one", async (context) => {
  const { fake, visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main/specificity", async (page) => {
    const rows = page.locator(".proxy-table tbody tr");
    await rows.first().waitFor();
    expect(await rows.count()).toBe(3);
    expect(await rows.nth(0).textContent()).toMatch(/^Arabic script2,100 ?2 ?0\.863 0\.85–0\.88/);
    expect(await rows.nth(2).textContent()).toContain("not in this text");
    await page.getByRole("heading", { name: "Arabic script" }).waitFor();
    const histogram = page.locator('svg[aria-label^="Tokens by activation"]');
    const total = fake.records[2]!.histogram.reduce((a, b) => a + b, 0);
    expect(await histogram.getAttribute("aria-label")).toContain(
      `of ${total.toLocaleString("en-US")} tokens are Arabic script`,
    );
    await page.getByRole("button", { name: "show plots of 9" }).click();
    await expect.poll(() => query(page.url()).get("i")).toBe("9");
    const other = fake.records[9]!.histogram.reduce((a, b) => a + b, 0);
    await expect
      .poll(() => histogram.getAttribute("aria-label"))
      .toContain(`of ${other.toLocaleString("en-US")} tokens`);
    await page.getByRole("link", { name: "base64" }).click();
    await expect.poll(() => query(page.url()).get("proxy")).toBe("base64");
    await page.locator("label.filter", { hasText: "neurons" }).click();
    await page.getByText("None fires on it.").waitFor();
  });
});

test("the page says what pinning does and shows random examples by level when asked", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main/specificity?proxy=arabic", async (page) => {
    const pinning = page.getByRole("region", { name: "What it does when it is pinned" });
    await pinning.waitFor();
    expect(await pinning.locator("tbody tr").allTextContents()).toEqual([
      "feature 2, held at 4.5036.1 %+31.0 %+28.0 % to +34.0 %",
      "a random direction, as far4.92 %−0.20 %−0.40 % to +0.03 %",
    ]);
    const logits = page.locator('svg[aria-label^="Effect on the next token"]');
    expect(await logits.getAttribute("aria-label")).toBe(
      "Effect on the next token: 45 of 820 tokens of the vocabulary are Arabic script",
    );
    await page.getByRole("button", { name: "Show them" }).click();
    await expect.poll(() => query(page.url()).get("grid")).toBe("1");
    const rows = page.locator(".example-grid tbody tr");
    await rows.first().waitFor();
    expect(await rows.count()).toBe(10);
    expect(await rows.first().locator("td").last().textContent()).toBe("none");
    expect(await rows.nth(3).locator("mark").count()).toBe(3);
    await page.getByRole("button", { name: "show plots of 9" }).click();
    await page.getByText("Examples are drawn for the features that were chosen for the proxy: 2.").waitFor();
  });
});

test("the gallery says of each named feature whether it is here, with its scores and an example", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main/gallery", async (page) => {
    await page.getByRole("heading", { name: "Found (1)", exact: true }).waitFor();
    expect(await page.locator("main h2").allTextContents()).toEqual([
      "Found (1)",
      "Shared by several (1)",
      "Not found (1)",
      "Not in the text (1)",
    ]);
    const cards = page.locator(".gallery-card");
    expect(await cards.nth(0).innerText()).toMatch(/Feature 2[\s\S]*0\.86 0\.85 to 0\.88[\s\S]*91\.0 %/);
    expect(await cards.nth(0).locator(".gallery-example mark").count()).toBe(1);
    expect(await cards.nth(1).innerText()).toMatch(/Feature 9 above 0\.250[\s\S]*94\.0 %/);
    expect(await cards.nth(2).innerText()).toContain("No feature fires on it.");
    expect(await cards.nth(3).innerText()).toContain("none in the text");
    await cards.nth(0).getByRole("link", { name: "Feature 2" }).click();
    await expect.poll(() => new URL(page.url()).pathname).toBe("/d/tiny-main/f/2");
  });
});

const VIEWS = (["light", "dark"] as const).flatMap((theme) => [1440, 390].map((width) => ({ theme, width })));

for (const viewing of VIEWS)
  test(`both pages are accessible and fit, ${viewing.theme} at ${viewing.width} pixels`, async (context) => {
    const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
    const look = (address: string, last: string) =>
      visit(
        address,
        async (page) => {
          await page.locator(last).first().waitFor();
          await expectAccessible(page);
        },
        { viewing },
      );
    await look("/d/tiny-main/specificity?proxy=arabic&grid=1", ".example-grid mark");
    await look("/d/tiny-main/gallery", ".gallery-card");
  });

test("a feature's page shows what it stands for, the proxy in the address first", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main/f/2", async (page) => {
    const panel = page.locator("#proxy");
    await panel.waitFor();
    expect(await panel.locator("select").inputValue()).toBe("arabic");
    await panel.locator("select").selectOption("base64");
    await expect.poll(() => query(page.url()).get("proxy")).toBe("base64");
    await panel.locator('svg[aria-label*="are base64"]').first().waitFor();
  });
  await visit("/d/tiny-main/f/3", async (page) => {
    await page.locator("#acts").waitFor();
    expect(await page.locator("#proxy").count()).toBe(0);
  });
});
