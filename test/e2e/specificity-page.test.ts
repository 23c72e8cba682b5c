import { afterAll, beforeAll, expect, test } from "vitest";
import { NO_CHROMIUM, openPageStage, type PageStage } from "../support/page-stage.ts";
import { requireOrSkip } from "../support/requirements.ts";

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
    await page.getByRole("button", { name: "Plots of 9" }).click();
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
    await page.getByRole("button", { name: "Plots of 9" }).click();
    await page.getByText("Examples are drawn for the features that were chosen for the proxy: 2.").waitFor();
  });
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
