import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseFeatureTable } from "../../src/features/feature-table.ts";
import { createReferenceKernels } from "../../src/kernels/reference.ts";
import { answerLive } from "../../src/live/answer-live.ts";
import type { LiveRequest } from "../../src/live/live-request.ts";
import { openFeaturePack } from "../../src/store/feature-pack.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { writeJson } from "../../src/store/write-atomically.ts";
import { createFakeAutomata } from "../support/fake-automata.ts";
import { buildWebAssets, launchChromium, openTables } from "../support/open-page.ts";
import { NO_CHROMIUM, openPageStage, type PageStage } from "../support/page-stage.ts";
import { openPlainHost } from "../support/plain-host.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { createRunFolder } from "../support/small-run.ts";
import { createTinySubject, type TinySubject } from "../support/tiny-live-subject.ts";
import { copySite, visitCopy } from "../support/visit-copy.ts";
import { expectAccessible } from "../support/visit-page.ts";
import { writeLiveRun } from "../support/write-live-run.ts";

const PAGE = "/d/tiny-main/automata";
let stage: PageStage | undefined;
let folder: string;

beforeAll(async () => {
  folder = createRunFolder("automata");
  stage = await openPageStage(24);
});

afterAll(async () => {
  await stage?.close();
  rmSync(folder, { recursive: true, force: true });
});

const query = (url: string) => new URL(url).searchParams;

test("automata are listed beside chance and one of them is drawn, told in a table and walked in text", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(PAGE, async (page) => {
    const rows = page.locator(".automata-table tbody tr");
    await rows.first().waitFor();
    expect(await rows.count()).toBe(4);
    expect(await page.getByRole("row", { name: /^self-loops/ }).textContent()).toBe("self-loops10.3 0–1");
    expect(await page.locator(".named-automata li").allTextContents()).toEqual([
      "base64 self-loop: found, 2, strength 0.200",
      expect.stringMatching(
        /^SNAKE_CASE in upper case: not found: 7 features fire mostly on .* \(1,234 tokens\); none/,
      ),
    ]);
    await page.getByRole("button", { name: "Show 3-4" }).click();
    await page.getByRole("heading", { name: "Automaton 3 → 4" }).waitFor();
    expect(query(page.url()).get("a")).toBe("3-4");
    const drawing = page.locator("svg.automaton-graph");
    expect(await drawing.getAttribute("aria-label")).toBe(
      "A circle of 2 states: feature 3 is followed by 4 46.0 % of the time, feature 4 is followed by 3 46.0 % of the time",
    );
    expect(await drawing.getByRole("link").count()).toBe(2);
    const edge = page.getByRole("region", { name: "Edges of the automaton" }).locator("tbody tr").first();
    expect(await edge.textContent()).toMatch(/^A → B0\.160/);
    const walk = page.getByRole("group", { name: "Walk 1" });
    expect(await walk.locator(".state-0").count()).toBeGreaterThan(0);
    expect(await walk.locator(".state-1").count()).toBeGreaterThan(0);
    await walk.locator(".token.state").first().focus();
    await page
      .getByText(/A \(3\) 0\.200? B \(4\)/)
      .first()
      .waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Automaton 3 → 4" }).waitFor();
    await page.locator("label.filter", { hasText: "four" }).click();
    await page.getByRole("heading", { name: "Automaton 1 → 2 → 4 → 6" }).waitFor();
    await openTables(page.locator("section:has(#edges-title)"));
    expect(await page.locator("#edges-title ~ details tbody tr").count()).toBe(2);
  });
});

test("modules are listed with their modularity, and one leads to the next", async (context) => {
  const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
  await visit(`${PAGE}?view=modules`, async (page) => {
    await page.getByText("0.310 where each feature has as many links").waitFor();
    await page.getByRole("heading", { name: "Module 1" }).waitFor();
    await page.locator(".module-card").getByRole("button", { name: "module 2" }).click();
    await page.getByRole("heading", { name: "Module 2" }).waitFor();
    expect(query(page.url()).get("m")).toBe("2");
    expect(await page.locator(".module-features li").count()).toBe(6);
    expect(await page.locator(".module-card .mini-example").count()).toBe(2);
  });
});

for (const theme of ["light", "dark"] as const)
  for (const width of [1440, 390])
    test(`neither view has a serious accessibility fault or scrolls sideways in ${theme} at ${width} pixels`, async (context) => {
      const { visit } = requireOrSkip(context, stage, NO_CHROMIUM);
      for (const [address, ready] of [
        [`${PAGE}?len=four`, ".automaton-graph"],
        [`${PAGE}?view=modules`, ".module-card"],
      ] as const)
        await visit(
          address,
          async (page) => {
            await page.waitForSelector(ready);
            await expectAccessible(page);
          },
          { viewing: { theme, width } },
        );
    });

test("a dictionary without them names the command", async (context) => {
  const { visit, directory } = requireOrSkip(context, stage, NO_CHROMIUM);
  const path = runPaths(directory).analysis("automata", "main");
  rmSync(path);
  await visit(PAGE, async (page) => {
    await page.getByText("monosem analyse automata --run tiny --dictionary main").waitFor();
  });
});

/** On which tokens of the text drawn with the first state held a state fires, by the same computation without a page. */
async function sampleHeld(run: string, tiny: TinySubject, states: readonly number[], seed: number): Promise<boolean[]> {
  const pack = openFeaturePack(runPaths(run).dictionary("main").pack);
  const value = parseFeatureTable(pack.table()).maximum[states[0]!]!;
  pack.close();
  const request: LiveRequest = {
    kind: "steer",
    prompt: "1,2,3,4,5,6,7,8,9,10",
    interventions: [{ kind: "pin", feature: states[0]!, value, span: null }],
    errorTerm: "keep",
    watch: [...states],
    ...{ tokens: 40, seed, temperature: 1, topK: 0, topP: 1 },
  };
  const events = await Array.fromAsync(answerLive(tiny.create(createReferenceKernels()), request));
  const { activations } = events.find((event) => event.kind === "watched")!;
  return activations[0]!.map((_, at) => activations.some((values) => values[at]! > 0));
}

test("a copy without a server samples in the page, and marks the tokens on which a state fires", async (context) => {
  requireOrSkip(context, stage, NO_CHROMIUM);
  const tiny = createTinySubject(1);
  const run = join(folder, "tiny");
  writeLiveRun(run, tiny, 20);
  const ids = Array.from({ length: 200 }, (_, i) => 60 + ((7 * i) % 50));
  writeJson(runPaths(run).analysis("automata", "main"), createFakeAutomata(ids));
  const out = join(folder, "copy");
  await copySite({ run, dictionaries: ["main"], assets: await buildWebAssets(), out, withModel: true });
  const host = await openPlainHost(out, "/");
  const browser = await launchChromium(findChromium()!);
  try {
    await visitCopy(browser, host.url, `#${PAGE}?a=3-4&seed=5`, async (page) => {
      const title = "After a row of numbers, with state A held at its maximum throughout";
      const sampled = page.locator(".sampled", { hasText: title });
      await sampled.getByText(/^40 tokens drawn/).waitFor({ timeout: 30_000 });
      const tokens = sampled.getByRole("group", { name: title }).locator(".token");
      const shown = await tokens.evaluateAll((list) =>
        list.map(({ dataset, classList }) => [Number(dataset.place), classList.contains("state")] as const),
      );
      const isOn = await sampleHeld(run, tiny, [3, 4], 5);
      const ends = [...shown.slice(1).map(([place]) => place), isOn.length];
      expect(shown.map(([, state]) => state)).toEqual(
        shown.map(([place], index) => isOn.slice(place, ends[index]).includes(true)),
      );
      expect(new Set(isOn)).toEqual(new Set([true, false]));
      await page.getByRole("button", { name: "Write something else" }).click();
      await expect.poll(() => page.url()).toContain("seed=6");
      await sampled.getByText(/^40 tokens drawn/).waitFor({ timeout: 30_000 });
    });
  } finally {
    await browser.close();
    host.close();
  }
});
