import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseFeatureRecord } from "../../src/features/feature-record.ts";
import { parseFeatureTable } from "../../src/features/feature-table.ts";
import { selectKernels } from "../../src/kernels/select.ts";
import { answerLive } from "../../src/live/answer-live.ts";
import type { LiveEvent } from "../../src/live/live-event.ts";
import type { LiveRequest } from "../../src/live/live-request.ts";
import { createLiveSubject } from "../../src/live/live-subject.ts";
import { STAGE_NAMES } from "../../src/pipeline/events.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import type { Intervention } from "../../src/steering/intervention.ts";
import { openFeaturePack } from "../../src/store/feature-pack.ts";
import { readJson } from "../../src/store/read-json.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { readSafetensors } from "../../src/store/safetensors.ts";
import { readTokenStream } from "../../src/store/token-file.ts";
import { buildWebAssets, launchChromium, type Viewing } from "../support/open-page.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { createRunFolder, runStages } from "../support/small-run.ts";
import { expectAccessible, visitPage } from "../support/visit-page.ts";

const WIDE: Viewing = { theme: "light", width: 1440 };
const NO_CHROMIUM = "no Chromium found (set MONOSEM_CHROMIUM to its path)";
const PROMPT = "1,2,3,4,5,6,7,8,9,10";
/** The likeliest token each time: what is drawn does not hang on the last digit of a probability. */
const SAMPLING = { tokens: 6, seed: 1, temperature: 0, topK: 0, topP: 1 } as const;
const QUERY = { temp: "0", n: "6" } as const;

let folder: string;
let server: RunningServer;
let browser: Browser | undefined;
/** The feature with the largest activation, and that activation. */
let strongest: { readonly feature: number; readonly maximum: number };
let ask: (request: LiveRequest) => Promise<LiveEvent[]>;

beforeAll(async () => {
  const executable = findChromium();
  if (executable === undefined) return;
  folder = createRunFolder("steer");
  const directory = join(folder, "small");
  await runStages({ directory, stages: STAGE_NAMES, assignments: ["dictionary.l1=0.05"] });
  server = await startServer({ runs: [directory], port: 0, assets: await buildWebAssets() });
  browser = await launchChromium(executable);
  const pack = openFeaturePack(runPaths(directory).dictionary("main").pack);
  const { maximum } = parseFeatureTable(pack.table());
  const feature = maximum.indexOf(maximum.reduce((a, b) => Math.max(a, b)));
  strongest = { feature, maximum: maximum[feature]! };
  ask = await openSubject(directory, pack.header.site, pack.header.layerNormScale);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** The same computation on the native kernels, read from the run's files. */
async function openSubject(directory: string, site: string, layerNormScale: number | null): Promise<typeof ask> {
  const paths = runPaths(directory);
  const subject = createLiveSubject(await selectKernels(), {
    modelConfig: readJson(paths.model.config, "train-model") as Record<string, unknown>,
    model: readSafetensors(paths.model.weights),
    tokenizer: readJson(paths.corpus.tokenizer, "tokenize"),
    site,
    dictionary: readSafetensors(paths.dictionary("main").weights),
    layerNormScale,
    unusedTokens: [],
  });
  return async (request) => {
    const events: LiveEvent[] = [];
    for await (const event of answerLive(subject, request)) events.push(event);
    return events;
  };
}

function visit(query: Readonly<Record<string, string>>, look: (page: Page) => Promise<void>, viewing = WIDE) {
  const address = new URL("/d/small-main/steer", server.url);
  address.search = new URLSearchParams(query).toString();
  return visitPage(browser!, server.url, address, viewing, look);
}

async function waitForSamples(page: Page, count: number): Promise<void> {
  await expect.poll(() => page.getByText(/^6 tokens drawn/).count(), { timeout: 20_000 }).toBe(count);
}

const pin = (value: number): Intervention => ({ kind: "pin", feature: strongest.feature, value, span: null });

test("unsteered, with the error kept and with it dropped the page draws what the native kernels draw", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const { feature, maximum } = strongest;
  const draw = async (interventions: Intervention[], errorTerm: "keep" | "drop") => {
    const events = await ask({ kind: "steer", prompt: PROMPT, interventions, errorTerm, ...SAMPLING });
    return events.flatMap((event) => (event.kind === "token" ? [event] : []));
  };
  const wanted = {
    unsteered: await draw([], "keep"),
    kept: await draw([pin(maximum)], "keep"),
    dropped: await draw([pin(maximum)], "drop"),
    model: await draw([], "drop"),
  };
  await visit({ ...QUERY, f: `${feature}:pin`, model: "show" }, async (page) => {
    await waitForSamples(page, 4);
    for (const [variant, tokens] of Object.entries(wanted)) {
      const loss = tokens.reduce((sum, { logProbability }) => sum - logProbability, 0) / tokens.length;
      const text = await page.locator(`[data-sample=${variant}] .note`).last().textContent();
      expect(text).toContain(`6 tokens drawn, ${loss.toFixed(2)} nats each`);
    }
    const last = page.locator("[data-sample=kept] .token").last();
    await last.hover();
    const shown = page.locator(".sample-inspector .inspected", { hasText: "error kept" });
    const { logProbability } = wanted.kept.at(-1)!;
    await expect.poll(() => shown.textContent()).toContain(`${logProbability.toFixed(3).replace("-", "−")} nats`);
  });
});

test("the losses on the prompt are those of the native kernels", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const { feature, maximum } = strongest;
  const [losses] = (
    await ask({ kind: "losses", text: PROMPT, interventions: [pin(maximum)], errorTerm: "keep" })
  ).flatMap((event) => (event.kind === "losses" ? [event] : []));
  const mean = (values: readonly (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return -known.reduce((a, b) => a + b, 0) / known.length;
  };
  const wanted = [losses!.clean, losses!.reconstructed, losses!.zeroAblated, losses!.intervened!].map(mean);
  await visit({ ...QUERY, f: `${feature}:pin` }, async (page) => {
    await page.getByRole("row", { name: /error dropped/ }).waitFor();
    const cells = await page.locator(".loss-table tbody td:nth-of-type(1)").allTextContents();
    for (const [row, value] of wanted.entries()) expect(Math.abs(Number(cells[row]) - value)).toBeLessThan(2e-4);
  });
});

test("dose and response are drawn at nine doses, with a table, from the same computation", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const { feature, maximum } = strongest;
  await visit({ ...QUERY, f: `${feature}:pin` }, async (page) => {
    await expect.poll(() => page.locator(".dose-samples tbody tr").count(), { timeout: 20_000 }).toBe(9);
    const [dose] = (
      await ask({
        ...{ kind: "dose", prompt: PROMPT, feature, values: [2 * maximum], errorTerm: "keep", tokens: 1, seed: 1 },
      } as LiveRequest)
    ).flatMap((event) => (event.kind === "dose" ? [event] : []));
    await page.locator(".dose-charts .chart").first().getByText("View as table").click();
    const loss = await page.locator(".dose-charts .chart").first().locator("tbody tr").last().textContent();
    expect(loss).toBe(`2.00${dose!.loss.toPrecision(3)} nats`);
  });
});

test("features are added, changed and removed, and each step is the address", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const { feature, maximum } = strongest;
  await visit(QUERY, async (page) => {
    const address = () => new URL(page.url()).searchParams.get("f");
    await waitForSamples(page, 1);
    await page.getByRole("searchbox").fill(String(feature));
    await page.getByRole("searchbox").press("Enter");
    await expect.poll(address).toBe(`${feature}:pin`);
    const slider = page.getByRole("slider");
    expect(Number(await slider.inputValue())).toBeCloseTo(maximum, 2);
    await slider.focus();
    await page.keyboard.press("Home");
    await expect.poll(address).toBe(`${feature}:pin:0`);
    await page.getByRole("checkbox", { name: `Feature ${feature} on all positions` }).uncheck();
    await page.getByLabel(`Last position for feature ${feature}`, { exact: false }).fill("5");
    await page.keyboard.press("Tab");
    await expect.poll(address).toBe(`${feature}:pin:0:1-5`);
    await page.locator(".steered select").selectOption("ablate");
    await expect.poll(address).toBe(`${feature}:ablate:1-5`);
    await page.getByRole("button", { name: `Remove feature ${feature}` }).click();
    await expect.poll(address).toBe(null);
    await page.getByRole("button", { name: "Next seed" }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get("seed")).toBe("2");
  });
});

test("what names no feature, and a prompt of white space, are told in words", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  await visit({ f: "99999:pin,x,3:push", n: "-4", temp: "hot", k: "x", seed: "1e99" }, async (page) => {
    await page.getByText("was left out: 99999:pin, x, 3:push").waitFor();
    expect(await page.getByRole("spinbutton", { name: "Tokens" }).inputValue()).toBe("1");
    await page.getByRole("textbox", { name: "Prompt" }).fill("  \n ");
    await page.getByText("The prompt is empty").waitFor();
    expect(await page.locator("[role=alert]").count()).toBe(0);
  });
});

test("the feature's page tries a text that stays from feature to feature, and writes with the feature held", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const { feature } = strongest;
  const address = new URL(`/d/small-main/f/${feature}`, server.url);
  const look = async (page: Page) => {
    await page.getByLabel("A text to try this feature on").fill("the cat sat");
    await page.waitForSelector(".panel.try .reading");
    await page.goto(new URL(`/d/small-main/f/${(feature + 1) % 48}`, server.url).href);
    await page.waitForSelector(".panel.try .reading");
    expect(await page.getByLabel("A text to try this feature on").inputValue()).toBe("the cat sat");
    await page.goto(address.href);
    await page.getByRole("button", { name: "Write three texts" }).click();
    await expect.poll(() => page.locator(".strip-samples .example-text").allTextContents()).not.toContain("");
  };
  await visitPage(browser!, server.url, address, WIDE, look);
});

test("a feature's examples stand in their whole contexts, with what the native kernels find there, and in logits", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const { feature } = strongest;
  const paths = runPaths(join(folder, "small"));
  const pack = openFeaturePack(paths.dictionary("main").pack);
  const record = parseFeatureRecord(pack.record(feature));
  const { tokens: text } = readTokenStream(paths, "valid", pack.header.vocabularySize);
  pack.close();
  const example = record.groups.find(({ kind }) => kind === "top")!.examples[0]!;
  const [T, { window }] = [16, record];
  const tokens = Array.from(text.subarray(example.context * T, (example.context + 1) * T));
  const answer = async <Kind extends LiveEvent["kind"]>(request: LiveRequest, kind: Kind) =>
    (await ask(request)).find((event) => event.kind === kind) as Extract<LiveEvent, { kind: Kind }>;
  const { contexts } = await answer({ kind: "contexts", feature, contexts: [tokens] }, "contexts");
  const { activations, effects } = contexts[0]!;
  for (let place = -window; place <= window; place++) {
    const at = example.position + place;
    if (at < 0 || at >= T) continue;
    expect(activations[at]).toBeCloseTo(example.activations[window + place]!, 3);
    if (at + 1 < T) expect(effects[at]).toBeCloseTo(example.effects![window + place]!, 2);
  }
  const line = '[data-group=top] [data-example="0"]';
  const address = (query: string) => new URL(`/d/small-main/f/${feature}?${query}`, server.url);
  const readWhole = async (page: Page) => {
    const whole = page.locator(`.groups.full ${line} .token`);
    await expect.poll(() => whole.count(), { timeout: 60_000 }).toBeGreaterThan(2 * window + 1);
    const shown = await whole.evaluateAll((spans) =>
      spans.map((span) => [Number(span.dataset.start), Number(span.dataset.end)] as const),
    );
    const first = T - 1 - example.position;
    expect([shown[0]![0], shown.at(-1)![1]]).toEqual([first, first + T]);
    const fires = shown.filter(([start, end]) => activations.slice(start - first, end - first).some((a) => a > 0));
    expect(await page.locator(`${line} mark.token`).count()).toBe(fires.length);
    await page.locator(`${line} .token.centre`).focus();
    const value = await page.locator(".inspector .inspected-value").first().textContent();
    expect(Number(value)).toBeCloseTo(activations[example.position]!, 3);
  };
  await visitPage(browser!, server.url, address("ctx=full"), WIDE, readWhole);
  await visitPage(browser!, server.url, address("ctx=full"), { theme: "dark", width: 390 }, async (page) => {
    await readWhole(page);
    await expectAccessible(page);
  });
  const { weights } = await answer({ kind: "logit-weights", feature }, "logit-weights");
  const wanted = activations[example.position - 1]! * weights![tokens[example.position]!]!;
  await visitPage(browser!, server.url, address("eff=logit"), WIDE, async (page) => {
    await page.locator(`${line} .token.centre`).focus();
    const said = page.locator(".inspector .inspected-effect", { hasText: "to its logit" }).first();
    await said.waitFor();
    if (example.position > 0 && wanted !== 0)
      expect(Number(/added (\S+) to/.exec((await said.textContent())!)![1]!.replace("−", "-"))).toBeCloseTo(wanted, 2);
  });
});

test("by keyboard alone: a feature found, held at less, and what was written compared token by token", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const { feature } = strongest;
  await visit(QUERY, async (page) => {
    await waitForSamples(page, 1);
    const isOn = (selector: string) =>
      page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`);
    const tabTo = async (selector: string, key = "Tab") => {
      for (let tabs = 0; tabs < 60; tabs++) {
        await page.keyboard.press(key);
        if (await isOn(selector)) return;
      }
      throw new Error(`the tabulator never came to ${selector}`);
    };
    const address = () => new URL(page.url()).searchParams.get("f");
    await tabTo("input[type=search]");
    await page.keyboard.type(String(feature));
    await page.keyboard.press("Enter");
    await expect.poll(address).toBe(`${feature}:pin`);
    await tabTo("input[type=range]", "Shift+Tab");
    for (let steps = 0; steps < 5; steps++) await page.keyboard.press("ArrowLeft");
    await expect.poll(address).toMatch(new RegExp(`^${feature}:pin:`));
    await waitForSamples(page, 3);
    await tabTo(".sample .token");
    await page.keyboard.press("ArrowRight");
    await page.waitForSelector(".sample-inspector .inspected");
    const place = () => page.locator(".sample-inspector .inspected-place").first().textContent();
    const before = await place();
    await page.keyboard.press("ArrowRight");
    await expect.poll(place).not.toBe(before);
    await tabTo(".steered .quiet-button", "Shift+Tab");
    await page.keyboard.press("Enter");
    await expect.poll(address).toBe(null);
  });
});

for (const [theme, width] of [
  ["light", 1440],
  ["light", 390],
  ["dark", 1440],
  ["dark", 390],
] as const) {
  test(`the steering page has no serious accessibility fault and does not scroll sideways in ${theme} at ${width} pixels`, async (context) => {
    requireOrSkip(context, browser, NO_CHROMIUM);
    const look = async (page: Page) => {
      await waitForSamples(page, 4);
      await expect.poll(() => page.locator(".live-state").count(), { timeout: 20_000 }).toBe(0);
      await page.locator(".sample .token").nth(2).focus();
      await page.waitForSelector(".sample-inspector .inspected");
      await expectAccessible(page);
    };
    const f = `${strongest.feature}:pin,1:add:0.1:2-9`;
    await visit({ ...QUERY, f, model: "show" }, look, { theme, width });
  });
}
