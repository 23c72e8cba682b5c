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
