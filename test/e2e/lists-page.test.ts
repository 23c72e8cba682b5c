import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NO_CHROMIUM, openPageStage, type PageStage } from "../support/page-stage.ts";
import { requireOrSkip } from "../support/requirements.ts";
import { expectAccessible } from "../support/visit-page.ts";

let stage: PageStage | undefined;

beforeAll(async () => {
  stage = await openPageStage(40);
});

afterAll(async () => stage?.close());

test("a label stays, is searched and sorted by, and cannot reorder or run in the page", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  const label = "<script>\u200babc</script> كلمة";
  await visit(
    "/d/tiny-main/f/3",
    async (page) => {
      await page.waitForSelector(".panel.notes textarea");
      const write = async (text: string) => {
        await page.locator("h1").click();
        await page.keyboard.press("l");
        await page.getByRole("textbox", { name: "Label of this feature" }).fill(text);
        await page.keyboard.press("Enter");
      };
      for (const refused of ["a\u202eb", "x".repeat(300)]) {
        await write(refused);
        const field = page.getByRole("textbox", { name: "Label of this feature" });
        await page.getByRole("alert").waitFor();
        expect(await field.inputValue()).toBe(refused);
        await field.press("Escape");
        expect(await page.locator("button.feature-title-label").textContent()).toBe("Add a label");
      }
      await write(label);
      await page.getByText("Label saved.").waitFor();
      await page.locator(".panel.notes textarea").fill("seen in\nHebrew");
      await page.getByRole("button", { name: "Save the note" }).click();
      await page.locator(".panel.notes select").selectOption("11");
      await page.reload();
      await expect.poll(() => page.locator(".panel.notes select").inputValue()).toBe("11");
      expect(await page.locator(".panel.notes textarea").inputValue()).toBe("seen in\nHebrew");
      const shown = await page.locator("button.feature-title-label").textContent();
      expect(shown).toContain("<script>‹zwsp›abc</script>");
      expect(await page.locator("button.feature-title-label bdi").count()).toBe(1);
    },
    { expected: [/400/, /422/] },
  );
  await visit("/d/tiny-main/f?sort=label", async (page) => {
    await page.waitForSelector(".column-label bdi");
    expect(await page.locator("tbody th a").first().textContent()).toBe("3");
    await page.getByRole("checkbox", { name: /^rated/ }).check();
    await expect.poll(() => page.locator("tbody th a").count()).toBe(1);
    await page.getByRole("checkbox", { name: /^rated/ }).uncheck();
    await page.getByRole("searchbox").fill("hebrew");
    await expect.poll(() => page.locator("tbody th a").allTextContents()).toContain("3");
  });
});

test("bookmarks and lists: made, filled, ordered, noted, saved, deleted, by keyboard too", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  for (const feature of [1, 2, 4])
    await visit(`/d/tiny-main/f/${feature}`, async (page) => {
      await page.getByRole("button", { name: "Bookmark" }).waitFor();
      await page.keyboard.press("b");
      await page.getByText("Bookmarked.").waitFor();
      expect(await page.getByRole("button", { name: "Bookmark" }).getAttribute("aria-pressed")).toBe("true");
    });
  await visit("/lists", async (page) => {
    await page.getByRole("link", { name: "Bookmarks" }).click();
    const order = () => page.locator(".list-item h2").allTextContents();
    await expect.poll(order).toEqual(["1", "2", "4"]);
    await page.locator(".list-item").nth(2).getByRole("button", { name: "Move up" }).press("Enter");
    await expect.poll(order).toEqual(["1", "4", "2"]);
    await page.getByText("Feature 4 is number 2 of 3 now.").waitFor();
    await page.getByRole("textbox", { name: "Note on feature 4" }).fill("<b>not bold</b>");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: "Take feature 1 off the list" }).click();
    await expect.poll(order).toEqual(["4", "2"]);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save as JSON" }).click();
    const list = JSON.parse(readFileSync(await (await saved).path(), "utf8")) as { items: unknown[] };
    expect(list.items).toMatchObject([{ feature: 4, note: "<b>not bold</b>" }, { feature: 2 }]);
    await page.reload();
    await expect.poll(order).toEqual(["4", "2"]);
    for (const colorScheme of ["light", "dark"] as const)
      for (const width of [1440, 390]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await expectAccessible(page);
      }
    await page.getByRole("button", { name: "Delete the list" }).click();
    await page.getByRole("button", { name: "Yes, delete it" }).click();
    await page.getByText("List deleted.").waitFor();
    expect(await page.getByRole("link", { name: "Bookmarks" }).count()).toBe(0);
  });
});

test("a list that is not there is a sentence", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/lists/tiny/77", async (page) => {
    await page.getByText("There is no list 77 in tiny.").waitFor();
  });
});
