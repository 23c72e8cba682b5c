import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Example } from "../../src/features/feature-record.ts";
import { listShownGroups } from "../../web/data/example-groups.ts";
import { NO_CHROMIUM, openPageStage, type PageStage } from "../support/page-stage.ts";
import { requireOrSkip } from "../support/requirements.ts";
import { expectAccessible } from "../support/visit-page.ts";

const ADDRESS = "/d/tiny-main/f/2";

let stage: PageStage | undefined;

beforeAll(async () => {
  stage = await openPageStage(20);
});

afterAll(async () => stage?.close());

const query = (page: Page) => new URL(page.url()).searchParams;

/** The rows of the panel's table as they should be, from which middle tokens match. */
function expectRows({ fake }: PageStage, matches: (token: number) => boolean): string[] {
  const centre = ({ tokens }: Example) => tokens[(tokens.length - 1) / 2]!;
  return listShownGroups(fake.records[2]!, fake.tokens)
    .filter(({ examples }) => examples.length > 0)
    .map(({ title, examples }) => {
      const hits = examples.filter((example) => matches(centre(example))).length;
      return `${title}${hits} of ${examples.length}${Math.round((100 * hits) / examples.length)} %`;
    });
}

async function readRows(page: Page): Promise<string[]> {
  const rows = page.locator("#rule tbody tr");
  await rows.first().waitFor();
  return Promise.all(
    (await rows.all()).map(async (row) =>
      (await row.locator("th, td").allTextContents()).join("").replace(/ \(.*/, ""),
    ),
  );
}

test("a regular expression of one's own is counted by group, framed in the examples and kept in the address", async (context) => {
  const found = requireOrSkip(context, stage, NO_CHROMIUM);
  const text = (token: number) => new TextDecoder().decode(found.fake.tokenizer.tokenBytes(token));
  await found.visit(ADDRESS, async (page) => {
    await page.getByLabel("A token counts within a match of").fill("[eä]");
    await expect.poll(() => query(page).get("rule")).toBe("[eä]");
    expect(await readRows(page)).toEqual(expectRows(found, (token) => /[eä]/.test(text(token))));
    const framed = await page.locator(".groups .token.ruled").allTextContents();
    expect(framed.length).toBeGreaterThan(0);
    expect(framed.filter((token) => !/[eä]/.test(token))).toEqual([]);
    const others = await page.locator(".groups .token:not(.ruled)").allTextContents();
    expect(others.filter((token) => token.includes("e"))).toEqual([]);
    await page.getByLabel("ignore case").check();
    await expect.poll(() => query(page).get("ri")).toBe("1");
    await page.reload();
    expect(await readRows(page)).toEqual(expectRows(found, (token) => /[eä]/i.test(text(token))));
  });
});

test("tokens of one's own match whole tokens, also from the address alone", async (context) => {
  const found = requireOrSkip(context, stage, NO_CHROMIUM);
  const { examples } = found.fake.records[2]!.groups[0]!;
  const { tokens } = examples[0]!;
  const wanted = [tokens[(tokens.length - 1) / 2]!, tokens.findLast((id) => id >= 0)!];
  const texts = wanted.map((token) => new TextDecoder().decode(found.fake.tokenizer.tokenBytes(token)));
  const rule = new URLSearchParams({ rk: "tokens", rule: texts.join("|") });
  await found.visit(`${ADDRESS}?${rule}`, async (page) => {
    expect(await readRows(page)).toEqual(expectRows(found, (token) => wanted.includes(token)));
    await expectAccessible(page);
  });
});

test("a pattern that takes for ever is given up, one that is none is named, and the page goes on", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(ADDRESS, async (page) => {
    const field = page.getByLabel("A token counts within a match of");
    const status = page.locator("#rule [role=status]");
    await field.fill("^(([\\s\\S])+)+\\u{10ffff}");
    await expect.poll(() => status.textContent(), { timeout: 20_000 }).toContain("took longer than 2 s");
    await field.fill("(");
    await expect.poll(() => status.textContent()).toMatch(/invalid regular expression/i);
    await field.fill("<img src=x onerror=alert(1)>");
    await expect.poll(() => status.textContent()).toContain("Of the examples shown");
    expect(await page.locator("#rule img").count()).toBe(0);
    await field.fill("");
    await expect.poll(() => status.textContent()).toContain("Type a rule");
    expect(await page.locator(".token.ruled").count()).toBe(0);
  });
});
