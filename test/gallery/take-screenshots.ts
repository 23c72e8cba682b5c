import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { startServer } from "../../src/server/start-server.ts";
import { buildWebAssets, launchChromium } from "../support/open-page.ts";
import { findChromium } from "../support/requirements.ts";

const HELP = `npm run gallery -- --run DIR [options]: every page of a finished run as pictures, light and dark, wide and narrow

  --feature N    the feature that is shown (default 1)
  --out DIR      where the pictures go (default docs/gallery)
  --only NAME    one page; may be repeated
  --single       each view as a picture of its own instead of four on a sheet`;

interface View {
  readonly theme: "light" | "dark";
  readonly width: number;
}

const VIEWS: readonly View[] = [
  { theme: "light", width: 1440 },
  { theme: "dark", width: 1440 },
  { theme: "light", width: 390 },
  { theme: "dark", width: 390 },
];
const HEIGHT = 900;
const SHEET_SCALE = 0.5;
const SETTLED_MS = 4000;

const { values } = parseArgs({
  options: {
    run: { type: "string" },
    feature: { type: "string", default: "1" },
    out: { type: "string", default: "docs/gallery" },
    only: { type: "string", multiple: true, default: [] },
    single: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  const { run, help } = values;
  const chromium = findChromium();
  if (help || run === undefined || chromium === undefined) {
    process.stdout.write(chromium === undefined ? "no Chromium found: set MONOSEM_CHROMIUM\n" : `${HELP}\n`);
    return help ? 0 : 2;
  }
  const server = await startServer({ runs: [resolve(run)], port: 0, assets: await buildWebAssets() });
  const browser = await launchChromium(chromium);
  try {
    mkdirSync(values.out, { recursive: true });
    for (const [name, address] of listPages(basename(resolve(run)).toLowerCase(), values.feature)) {
      if (values.only.length > 0 && !values.only.includes(name)) continue;
      const pictures: Buffer[] = [];
      for (const view of VIEWS) pictures.push(await takePicture(browser, server.url, address, view));
      await writePictures(browser, name, pictures);
      process.stdout.write(`${name}: ${address}\n`);
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return 0;
}

function listPages(run: string, feature: string): [name: string, address: string][] {
  const dictionary = `/d/${run}-main`;
  return [
    ["home", "/"],
    ["run", `/runs/${run}`],
    ["dictionary", dictionary],
    ["features", `${dictionary}/f`],
    ["feature", `${dictionary}/f/${feature}`],
    ["neuron", `/d/${run}-neurons/f/1`],
    ["analyses", `${dictionary}/analyses`],
    ["map", `${dictionary}/map`],
    ["specificity", `${dictionary}/specificity?proxy=arabic`],
    ["neuron-basis", `${dictionary}/neuron-basis`],
    ["ultralow", `${dictionary}/ultralow`],
    ["automata", `${dictionary}/automata?len=two`],
    ["modules", `${dictionary}/automata?view=modules`],
    ["prompt", `${dictionary}/prompt?t=${encodeURIComponent("The quick brown fox 1, 2, 3 and SGVsbG8gd29ybGQ=")}`],
    ["steer", `${dictionary}/steer?f=${feature}`],
    ["texts", `${dictionary}/texts`],
    ["lists", "/lists"],
    ["help", "/help"],
  ];
}

async function takePicture(browser: Browser, url: string, address: string, { theme, width }: View): Promise<Buffer> {
  const page = await browser.newPage({
    colorScheme: theme,
    viewport: { width, height: HEIGHT },
    reducedMotion: "reduce",
  });
  try {
    await page.goto(url);
    await page.goto(new URL(address, url).href);
    await page.waitForSelector("h1");
    await settle(page);
    return await page.screenshot();
  } finally {
    await page.close();
  }
}

/** Waits until the page stopped asking for data, and a while for what it computes itself. */
async function settle(page: Page): Promise<void> {
  await Promise.race([page.waitForLoadState("networkidle"), page.waitForTimeout(SETTLED_MS)]);
  await page.waitForTimeout(SETTLED_MS);
}

async function writePictures(browser: Browser, name: string, pictures: readonly Buffer[]): Promise<void> {
  if (!values.single) {
    writeFileSync(join(values.out, `${name}.png`), await joinPictures(browser, pictures));
    return;
  }
  for (const [index, { theme, width }] of VIEWS.entries())
    writeFileSync(join(values.out, `${name}-${theme}-${width}.png`), pictures[index]!);
}

/** The four views side by side at half their size. */
async function joinPictures(browser: Browser, pictures: readonly Buffer[]): Promise<Buffer> {
  const gap = 16;
  const widths = VIEWS.map(({ width }) => width * SHEET_SCALE);
  const total = widths.reduce((sum, width) => sum + width + gap, gap);
  const page = await browser.newPage({ viewport: { width: total, height: HEIGHT * SHEET_SCALE + 2 * gap } });
  const images = pictures.map(
    (picture, index) => `<img width="${widths[index]}" src="data:image/png;base64,${picture.toString("base64")}">`,
  );
  const style = `margin:0;padding:${gap}px;display:flex;gap:${gap}px;background:#8a8f98`;
  await page.setContent(`<body style="${style}">${images.join("")}</body>`);
  await page.waitForTimeout(200);
  const sheet = await page.screenshot();
  await page.close();
  return sheet;
}
