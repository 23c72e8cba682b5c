import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NO_CHROMIUM, openPageStage, type PageStage } from "../support/page-stage.ts";
import { requireOrSkip } from "../support/requirements.ts";
import { expectAccessible } from "../support/visit-page.ts";

let stage: PageStage | undefined;

beforeAll(async () => {
  stage = await openPageStage(120);
});

afterAll(async () => stage?.close());

const query = (page: Page) => new URL(page.url()).searchParams;
const rows = (page: Page) => page.locator(".map-list tbody tr:not(.spacer)");

/** Where a point of the map is on the screen; the fake map is a grid of 11 columns. */
async function findOnScreen(page: Page, x: number, y: number): Promise<{ x: number; y: number }> {
  const box = (await page.locator(".map-canvas").boundingBox())!;
  const scale = 0.94 * Math.min(box.width / 10, box.height / 10);
  return { x: box.x + box.width / 2 + (x - 5) * scale, y: box.y + box.height / 2 - (y - 5) * scale };
}

/** Pixels of the canvas on which anything is drawn. */
async function countDrawn(page: Page): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector(".map-canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let drawn = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) drawn++;
    return drawn;
  })()`);
}

test.for([
  { theme: "light", width: 1440 },
  { theme: "dark", width: 1440 },
  { theme: "light", width: 390 },
  { theme: "dark", width: 390 },
] as const)("the map has no accessibility fault and fits its width ($theme, $width)", async (viewing, context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(
    "/d/tiny-main/map",
    async (page) => {
      await rows(page).first().waitFor();
      await expect.poll(() => countDrawn(page)).toBeGreaterThan(500);
      await expectAccessible(page);
    },
    { viewing },
  );
});

test("pointing at a point says which feature it is, and a click opens it", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main/map", async (page) => {
    await rows(page).first().waitFor();
    const spot = await findOnScreen(page, 3, 2);
    await page.mouse.move(spot.x + 1, spot.y - 1);
    await expect
      .poll(() => page.locator(".map-figure .readout").textContent())
      .toMatch(/^25 .*density 1\.0 × 10⁻², cluster 3/);
    await page.mouse.click(spot.x, spot.y);
    await page.waitForURL("**/d/tiny-main/f/25");
  });
});

test("a rectangle, a cluster and a search choose, and stand in the address with the view", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main/map", async (page) => {
    await rows(page).first().waitFor();
    const [from, to] = [await findOnScreen(page, -0.2, -0.2), await findOnScreen(page, 1.4, 1.4)];
    await page.keyboard.down("Shift");
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.up("Shift");
    await page.getByText("4 of 120 features").waitFor();
    expect(await rows(page).locator("a").allTextContents()).toEqual(["12", "11", "1", "0"]);
    expect(query(page).get("box")).toMatch(/^-0\.\d+,-0\.\d+,1\.\d+,1\.\d+$/);
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByText("120 of 120 features").waitFor();
    await page.locator(".map-clusters select").selectOption("2");
    await page.getByText("9 of 120 features").waitFor();
    expect(query(page).get("cluster")).toBe("2");
    await page.locator("input[type=search]").fill("20");
    await page.getByText(/[1-9] of 120 features/).waitFor();
    await page.reload();
    await page.getByText(/[1-9] of 120 features/).waitFor();
    expect(query(page).get("q")).toBe("20");
  });
});

test("keys and the wheel move and zoom it, 0 shows all again, and the address remembers", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main/map", async (page) => {
    await rows(page).first().waitFor();
    await page.locator(".map-canvas").focus();
    for (const key of ["+", "+", "ArrowLeft", "ArrowUp"]) await page.keyboard.press(key);
    await expect.poll(() => query(page).get("view")).toMatch(/^[\d.]+,[\d.]+,1\.96$/);
    const view = query(page).get("view");
    const drawn = await countDrawn(page);
    await page.reload();
    await rows(page).first().waitFor();
    await expect.poll(() => countDrawn(page)).toBe(drawn);
    expect(query(page).get("view")).toBe(view);
    await page.locator(".map-canvas").focus();
    await page.keyboard.press("0");
    await expect.poll(() => query(page).get("view")).toBeNull();
    await page.locator(".map-canvas").hover();
    await page.mouse.wheel(0, -300);
    await expect.poll(() => query(page).get("view")).toMatch(/,1\.6\d*$/);
    expect(await page.evaluate("scrollY")).toBe(0);
  });
});

test("the list goes by keys through all features, and the one in focus is marked on the map", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main/map", async (page) => {
    await rows(page).first().locator("a").focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => page.locator(".map-figure .readout").textContent()).toMatch(/^118 /);
    await page.keyboard.press("End");
    await expect.poll(() => page.locator(":focus").textContent()).toBe("0");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/d/tiny-main/f/0");
  });
});

test("colours are told by a legend; clusters are a table; nonsense in the address is passed over", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main/map?view=a&box=1&cluster=x&colour=none", async (page) => {
    await page.getByText("120 of 120 features").waitFor();
    await page.locator("label.filter", { hasText: "density" }).click();
    await page.locator(".map-legend").getByText("to 1 in 100", { exact: true }).waitFor();
    await page.locator("label.filter", { hasText: "proxy" }).click();
    await page.locator(".map-legend").getByText("not near the proxy").waitFor();
    await page.getByText("View as table").click();
    expect(await page.locator(".chart-table tbody tr").first().textContent()).toMatch(/^194/);
    await page.getByText("2 dead and 1 ultralow features").waitFor();
  });
});
