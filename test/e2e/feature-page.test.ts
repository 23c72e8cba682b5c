import { readFileSync } from "node:fs";
import type { Download, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Example } from "../../src/features/feature-record.ts";
import { measureMoments } from "../../src/features/moments.ts";
import { effectOnToken } from "../../web/data/example-groups.ts";
import { formatNats, nameEffect } from "../../web/text/effect-level.ts";
import { formatLevel, formatPercent, formatSigned, formatSignificant } from "../../web/text/format-number.ts";
import { WHOLE_EXAMPLES } from "../support/open-page.ts";
import { NO_CHROMIUM, openPageStage, type PageStage } from "../support/page-stage.ts";
import { requireOrSkip } from "../support/requirements.ts";

const FEATURES = 60;
const ADDRESS = "/d/tiny-main/f/2";

let stage: PageStage | undefined;

beforeAll(async () => {
  stage = await openPageStage(FEATURES);
});

afterAll(async () => stage?.close());

const query = (page: Page) => new URL(page.url()).search;

async function savedText(page: Page, save: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download") as Promise<Download>, save()]);
  return readFileSync(await download.path(), "utf8");
}

test("neighbours, neurons, moments and the use to the model are the record's", async (context) => {
  const { fake, visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  const record = fake.records[2]!;
  const moments = measureMoments(record);
  const { mean, low, high } = record.ablation!;
  await visit(ADDRESS, async (page) => {
    await page.waitForSelector(".panel.moments");
    const cells = (panel: string, selector: string) => page.locator(`.panel.${panel} ${selector}`).allTextContents();
    expect(await cells("neighbours", "tbody td:last-child")).toEqual([
      ...record.correlatedFeatures.map(({ pearson }) => formatSigned(pearson, 3)),
      ...record.nearestFeatures.map(({ cosine }) => formatSigned(cosine, 3)),
    ]);
    expect(await cells("neurons", "tbody th")).toEqual(
      [...record.neurons, ...record.correlatedNeurons].map(({ index }) => String(index)),
    );
    expect((await cells("moments", "tbody td")).slice(0, 5)).toEqual([
      formatSignificant(moments.mean),
      formatSignificant(moments.deviation),
      formatSignificant(record.sumOfSquares / record.firings),
      formatSigned(moments.skewness, 2),
      formatSigned(moments.kurtosis, 2),
    ]);
    expect(await cells("moments", "tbody td")).toContain(formatPercent(record.direction.topShare));
    const use = (await page.locator(".panel.effect").textContent())!;
    expect(use).toContain(formatNats(Math.abs(mean)).slice(1));
    expect(use).toContain(`${formatNats(low)} to ${formatNats(high)}`);
  });
});

test("a line below a token says what the feature did to predicting this very token", async (context) => {
  const { fake, visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  const examples = fake.records[1]!.groups.find(({ kind }) => kind === "top")!.examples;
  await visit("/d/tiny-main/f/1", async (page) => {
    await page.waitForSelector("[data-group=top] .example");
    for (const number of [0, 1, 2, 3]) {
      const tokens = page.locator(`[data-group=top] [data-example="${number}"] .token`);
      const shown = await tokens.evaluateAll((spans) =>
        spans.map((span) => ({
          start: Number(span.dataset.start),
          end: Number(span.dataset.end),
          look: span.className,
        })),
      );
      expect(shown.length).toBeGreaterThan(0);
      for (const { start, end, look } of shown)
        expect(/(helped|hurt)-\d/.exec(look)?.[0] ?? "").toBe(nameEffect(sumOver(examples[number]!, start, end)));
    }
    const styles = await page.evaluate<string[][]>(
      "[...document.querySelectorAll('[class*=hurt-], [class*=helped-]')].map((span) => [span.className, getComputedStyle(span).textDecorationStyle])",
    );
    expect(styles.length).toBeGreaterThan(0);
    for (const [look, style] of styles) expect(style).toBe(look!.includes("hurt") ? "wavy" : "solid");
  });
});

function sumOver(example: Example, start: number, end: number): number {
  return Array.from({ length: end - start }, (_, offset) => effectOnToken(example, start + offset)!).reduce(
    (sum, effect) => sum + effect,
  );
}

test("keys change the view, the address keeps it, and they can be switched off", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(ADDRESS, async (page) => {
    await page.waitForSelector(".groups.stack");
    await page.keyboard.press("c");
    await page.waitForSelector(".groups.snippet");
    await page.keyboard.press("e");
    await expect.poll(() => query(page)).toBe("?ctx=snippet&eff=logit");
    await page.keyboard.press("e");
    await page.keyboard.press("n");
    await expect.poll(() => query(page)).toBe("?ctx=snippet&eff=none&br=1");
    await expect.poll(() => page.locator(".groups [class*=helped-]").count()).toBe(0);
    await page.keyboard.press("3");
    await expect.poll(() => page.locator("#group-interval-3:focus").count()).toBe(1);
    await page.reload();
    await page.waitForSelector(".groups.snippet");
    await page.keyboard.press("?");
    await page.getByRole("link", { name: /switch the keys off/ }).click();
    await page.getByRole("checkbox", { name: /single keys/ }).uncheck();
    await page.goBack();
    await page.waitForSelector(".groups.snippet");
    await page.keyboard.press("c");
    await page.keyboard.press("ArrowRight");
    expect(await page.locator(".groups.snippet").count()).toBe(1);
    expect(await page.locator("h1").textContent()).toBe("Feature 2");
  });
});

test("g and a letter go to the dictionary's other pages", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(ADDRESS, async (page) => {
    await page.waitForSelector(".panel");
    for (const [letter, path] of Object.entries({ p: "/prompt", s: "/steer", e: "/texts", o: "", t: "/f" })) {
      await page.keyboard.press("g");
      await page.keyboard.press(letter);
      await expect.poll(() => new URL(page.url()).pathname).toBe(`/d/tiny-main${path}`);
    }
  });
});

test("nonsense in every field of the address is the default", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  const nonsense =
    "?ctx=<script>&br=2&eff=%00&iv=99&ex=top.999&tok=77&panels=constructor,x&sort=__proto__&show=%F0%9F%92%A9&density=1..0&facet=,&theme=pink&embed=yes&q=%E2%80%AE&tour=9";
  await visit(`${ADDRESS}${nonsense}`, async (page) => {
    await page.waitForSelector(".groups.stack");
    expect(await page.locator(".panel").count()).toBeGreaterThan(6);
    expect(await page.locator("nav.tabs").count()).toBe(1);
  });
});

test("a panel folds for good, hides by the address and saves what it shows", async (context) => {
  const { fake, visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  const record = fake.records[2]!;
  await visit(ADDRESS, async (page) => {
    await page.waitForSelector(".panel.logits table");
    const choose = async (panel: string, action: string) => {
      await page.locator(`.panel.${panel} .menu summary`).first().click();
      await page.locator(`.panel.${panel}`).getByRole("button", { name: action }).click();
    };
    const csv = await savedText(page, () => choose("logits", "Save as CSV"));
    expect(csv.split("\r\n").length).toBe(1 + record.logits!.positive.length + record.logits!.negative.length + 1);
    const json = JSON.parse(await savedText(page, () => choose("hist", "Save as JSON"))) as { histogram: number[] };
    expect(json.histogram).toEqual([...record.histogram]);
    const svg = await savedText(page, () => choose("hist", "Save as SVG"));
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>$/);
    expect(svg).not.toContain("class=");
    expect(svg.split("<rect").length).toBeGreaterThan(40);
    await page.locator(".panel.logits h2 button").click();
    await page.reload();
    await page.waitForSelector(".panel.logits h2 button[aria-expanded=false]");
    await choose("notes", "Hide this panel");
    await expect.poll(() => page.locator(".panel.notes").count()).toBe(0);
    expect(query(page)).toContain("panels=hist");
    await page.getByRole("button", { name: "Show all" }).click();
    await page.waitForSelector(".panel.notes");
  });
});

test("a link made for another dictionary says so, one made for this does not", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main@abcdef/f/2", async (page) => {
    await page.getByText("made for another dictionary").waitFor();
    expect(await page.getByRole("alert").textContent()).toContain("abcdef");
  });
  await visit("/d/tiny-main@000000/f/2", async (page) => {
    await page.waitForSelector(".panel");
    expect(await page.getByText("made for another dictionary").count()).toBe(0);
  });
});

test("a page in a frame has the panels that were asked for and nothing around them", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(`${ADDRESS}?embed=1&panels=hist,acts&theme=dark`, async (page) => {
    await page.waitForSelector(".panel.acts .example");
    expect(await page.locator(".panel").count()).toBe(2);
    expect(await page.locator(".site-header, .tabs, .pager").count()).toBe(0);
    expect(await page.evaluate<string>("document.documentElement.dataset.theme")).toBe("dark");
  });
});

/** Runs in the page, which the compiler knows nothing of: what is there in the first frame after the key. */
const FLIP = `(async () => {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  await new Promise((drawn) => requestAnimationFrame(drawn));
  return [...document.querySelectorAll("h1, [data-group=top] .example-value, .stale")].map((part) => part.textContent);
})()`;

test("a feature fetched ahead is there in the first frame, with its own examples", async (context) => {
  const { fake, visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  const { window, groups } = fake.records[3]!;
  const top = groups.find(({ kind }) => kind === "top")!.examples;
  await visit(`${ADDRESS}?sort=index`, async (page) => {
    await page.waitForSelector(WHOLE_EXAMPLES);
    await page.waitForLoadState("networkidle");
    const values = top.map(({ activations }) => formatLevel(activations[window]!));
    expect(await page.evaluate<string[]>(FLIP)).toEqual(["Feature 3", ...values]);
    await page.waitForSelector(WHOLE_EXAMPLES);
    expect(await page.locator(".group").count()).toBe(groups.length);
  });
});

/** Runs in the page: all that is said and drawn of a feature, once nothing is to come. */
const DRAWN = `(() => {
  const panels = document.querySelector(".feature-panels");
  const marks = panels.querySelectorAll(".token, .bar, .chart text, .weight-bar");
  const look = (mark) => [...mark.attributes].filter(({ name }) => !/^(tabindex|id)$/.test(name)).map(({ value }) => value);
  return [panels.textContent, ...Array.from(marks, (mark) => look(mark).join(" "))];
})()`;

test("after going from feature to feature everything is as on a page opened there", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  let opened: readonly string[] = [];
  await visit("/d/tiny-main/f/6?sort=index", async (page) => {
    await page.waitForSelector(WHOLE_EXAMPLES);
    await page.waitForSelector(".panel.notes");
    await page.waitForLoadState("networkidle");
    opened = await page.evaluate<string[]>(DRAWN);
    expect(opened.length).toBeGreaterThan(500);
  });
  await visit("/d/tiny-main/f/1?sort=index", async (page) => {
    await page.waitForSelector(WHOLE_EXAMPLES);
    for (const feature of [2, 3, 4, 5, 6]) {
      await page.keyboard.press("ArrowRight");
      await page.getByRole("heading", { name: `Feature ${feature}`, exact: true, level: 1 }).waitFor();
    }
    await expect.poll(() => page.evaluate<string[]>(DRAWN)).toEqual(opened);
  });
});

test("the bin one points at is named above the histogram", async (context) => {
  const { fake, visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  const { histogram } = fake.records[2]!;
  await visit(ADDRESS, async (page) => {
    const area = page.locator(".panel.hist .bin-hit");
    const { width } = (await area.boundingBox())!;
    await area.hover({ position: { x: (width * 0.5) / histogram.length, y: 20 } });
    await page.locator(".panel.hist .readout", { hasText: `: ${histogram[0]} tokens` }).waitFor();
    expect(await page.locator(".panel.hist .bar.pointed").count()).toBe(1);
    await page.mouse.move(0, 0);
    await expect.poll(() => page.locator(".panel.hist .bar.pointed").count()).toBe(0);
  });
});

test("each group of examples is one stop of the tabulator, arrows go on from there", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main/f/1", async (page) => {
    await page.waitForSelector(WHOLE_EXAMPLES);
    const groups = await page.locator(".group").count();
    expect(await page.locator('.groups .token[tabindex="0"]').count()).toBe(groups);
    await page.locator('[data-group=top] .token[tabindex="0"]').focus();
    const place = () =>
      page.locator(".token:focus").evaluate((token) => token.closest("[data-example]")!.getAttribute("data-example"));
    await page.keyboard.press("ArrowDown");
    expect(await place()).toBe("1");
    await page.keyboard.press("ArrowUp");
    expect(await place()).toBe("0");
    await page.keyboard.press("Home");
    await page.keyboard.press("End");
    expect(await page.locator(".token:focus").evaluate((token) => token.nextElementSibling)).toBeNull();
    expect(await page.locator('.groups .token[tabindex="0"]').count()).toBe(groups);
    await page.waitForSelector(".inspector.shown .inspected-value");
  });
});

test("the token one points at is marked in the histogram, a press keeps it in the address", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit("/d/tiny-main/f/1", async (page) => {
    const token = page.locator('[data-group=top] [data-example="2"] .token.centre');
    await token.hover();
    await expect.poll(() => page.locator(".panel.hist .value-mark").count()).toBe(1);
    await token.click();
    await expect.poll(() => query(page)).toMatch(/ex=top\.2&tok=\d/);
    await page.reload();
    await page.waitForSelector('[data-group=top] [data-example="2"] .token.pinned');
    await page.waitForSelector(".inspector.shown");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => query(page)).toBe("");
  });
});

test("a neighbouring feature shows what it is about when one goes to its link", async (context) => {
  const { fake, visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  const neighbour = fake.records[2]!.correlatedFeatures[0]!.index;
  await visit(ADDRESS, async (page) => {
    await page.locator(".panel.neighbours a").first().focus();
    const card = page.getByRole("tooltip");
    await card.waitFor();
    expect(await card.textContent()).toContain(`Feature ${neighbour}`);
    await expect.poll(() => card.locator(".example").count()).toBeGreaterThan(0);
    await page.keyboard.press("Escape");
    await expect.poll(() => card.count()).toBe(0);
  });
});

test("the notice about contents is read once, and texts can be blurred", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(ADDRESS, async (page) => {
    await page.getByRole("button", { name: "Blur texts" }).click();
    await page.waitForSelector(".groups.blurred");
    await page.reload();
    await page.waitForSelector(".groups.blurred");
    expect(await page.getByRole("button", { name: "Understood" }).count()).toBe(0);
  });
});

test("centres of examples stand in one column, in every script", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  for (const feature of [2, 3, 5, 9])
    await visit(`/d/tiny-main/f/${feature}`, async (page) => {
      await page.waitForSelector("[data-group=top] .token.centre");
      const offsets = await page.locator("[data-group=top] .example").evaluateAll((lines) =>
        lines.map((line) => {
          const text = line.querySelector(".example-text")!.getBoundingClientRect();
          const centre = line.querySelector(".centre")!.getBoundingClientRect();
          return Math.abs(text.left + text.right - centre.left - centre.right) / 2;
        }),
      );
      expect(Math.max(...offsets)).toBeLessThanOrEqual(1);
    });
});

test("a feature's page works at 390 pixels: figures of a token come from below", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(
    ADDRESS,
    async (page) => {
      await page.locator("[data-group=top] .token.centre").first().click();
      const sheet = await page.locator(".inspector.shown").boundingBox();
      expect(Math.round(sheet!.y + sheet!.height)).toBe(900);
      await page.locator(".inspector-close").click();
      await expect.poll(() => page.locator(".inspector.shown").count()).toBe(0);
    },
    { viewing: { theme: "dark", width: 390 } },
  );
});

test("at 390 pixels the sheet covers neither the examples nor the token it is about, and Escape closes it", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(
    ADDRESS,
    async (page) => {
      await page.waitForSelector(WHOLE_EXAMPLES);
      expect(await page.evaluate("getComputedStyle(document.querySelector('.panel.acts .inspector')).position")).toBe(
        "static",
      );
      const tokens = page.locator("[data-group=top] .token.centre");
      const last = page.locator(".groups .token.centre").last();
      for (const token of [tokens.first(), tokens.nth(3), last]) {
        await token.evaluate((span) => span.scrollIntoView({ block: "end" }));
        await token.click();
        const sheet = page.locator(".inspector.shown");
        await expect
          .poll(async () => (await token.boundingBox())!.y + (await token.boundingBox())!.height)
          .toBeLessThanOrEqual((await sheet.boundingBox())!.y);
        await page.keyboard.press("Escape");
        await expect.poll(() => sheet.count()).toBe(0);
        expect(query(page)).toBe("");
      }
      await tokens.first().click();
      await page.locator(".inspector-close").click();
      await page.waitForSelector("#group-top:focus");
    },
    { viewing: { theme: "light", width: 390 } },
  );
});

test("a feature that is not there is a sentence with what to do", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  const look = async (page: Page) => {
    await page.getByText(`numbered 0 to ${FEATURES - 1}`).waitFor();
    await page.getByRole("button", { name: "Try again" }).waitFor();
  };
  await visit("/d/tiny-main/f/999999", look, { expected: [/404/] });
});
