import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Comparison } from "../../src/analysis/comparison.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { buildWebAssets, launchChromium } from "../support/open-page.ts";
import { NO_CHROMIUM } from "../support/page-stage.ts";
import { findChromium, requireOrSkip } from "../support/requirements.ts";
import { type CommandResult, runMonosem } from "../support/run-monosem.ts";
import { SMALLEST } from "../support/small-run.ts";
import { expectAccessible, visitPage } from "../support/visit-page.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-compare-"));
const [first, second, other] = ["first", "first-seed-2", "other"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
const FIELDS = [...SMALLEST, "dictionary.l1=0.05", "dictionary.learningRate=0.001", "evaluation.tokens=2000"].flatMap(
  (field) => ["--set", field],
);
let compared: CommandResult;
let comparison: Comparison;
let server: RunningServer | undefined;
let browser: Browser | undefined;

beforeAll(async () => {
  const made = await runMonosem(["run", "--preset", "tiny", "--run", first, ...FIELDS, "--json"]);
  expect(made.stderr).toBe("");
  compared = await runMonosem(["compare", "--run", first]);
  const path = join(first, "analyses", "compare-main-with-first-seed-2-main.json");
  comparison = JSON.parse(readFileSync(path, "utf8")) as Comparison;
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("one command trains a second seed on the same text and compares features and neurons", () => {
  expect(compared.code).toBe(0);
  expect(compared.stdout).toContain("features of first, main");
  expect(compared.stdout).toContain("neurons of first-seed-2, main");
  const read = (run: string, file: string) => readFileSync(join(run, file));
  expect(read(first, "corpus/tokenizer.json")).toEqual(read(second, "corpus/tokenizer.json"));
  expect(read(first, "model/model.safetensors")).not.toEqual(read(second, "model/model.safetensors"));
  const { left, right, features, neurons } = comparison;
  expect([left.run, right.run, left.features, right.features]).toEqual(["first", "first-seed-2", 48, 48]);
  expect(features.left.best).toHaveLength(48);
  expect(neurons!.right.best).toHaveLength(32);
  const known = features.left.activation.filter((value) => value !== null);
  expect(known.length).toBeGreaterThan(10);
  for (const value of known) expect(Math.abs(value)).toBeLessThanOrEqual(1);
});

test("the second time the seed's run is there already and the result is the same", async () => {
  const { code, stderr } = await runMonosem(["compare", "--run", first]);
  expect(code).toBe(0);
  expect(stderr).toContain("train-model: unchanged, skipped");
  const path = join(first, "analyses", "compare-main-with-first-seed-2-main.json");
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(comparison);
});

test("two dictionaries of one model are compared without its neurons", async () => {
  const { code, stdout } = await runMonosem([
    "compare",
    "--run",
    first,
    "--with",
    first,
    "--other",
    "neurons",
    "--json",
  ]);
  expect(code).toBe(0);
  const last = JSON.parse(stdout.trim().split("\n").at(-1)!) as { kind: string; comparison: Comparison };
  expect(last.kind).toBe("compared");
  expect(last.comparison.neurons).toBeNull();
  expect(last.comparison.right).toMatchObject({ dictionary: "neurons", features: 32 });
});

test("what cannot be compared is refused in a sentence", async () => {
  const refuse = async (...args: string[]) => {
    const { code, stderr } = await runMonosem(["compare", "--run", first, ...args]);
    expect(code).not.toBe(0);
    return stderr;
  };
  expect(await refuse("--with", first)).toContain("would be compared with itself");
  expect(await refuse("--with", join(folder, "none"))).toContain("is not a run directory");
  expect(await refuse("--with", second, "--other", "none")).toContain("train-dictionary");
  expect(await refuse("--with", second, "--tokens", "0")).toContain("--tokens is 0");
  const changed = [...FIELDS, "--set", "corpus.vocabulary=290"];
  await runMonosem(["tokenize", "--preset", "tiny", "--run", other, ...changed, "--json"]);
  await runMonosem(["train-model", "--run", other, "--json"]);
  expect(await refuse("--with", other, "--other", "neurons")).toContain("different tokenizers");
});

test("the page shows medians, picture and matches, each linked to both sides", async (context) => {
  const executable = requireOrSkip(context, findChromium(), NO_CHROMIUM);
  server = await startServer({ runs: [first, second], port: 0, assets: await buildWebAssets() });
  browser = await launchChromium(executable);
  const address = new URL("/d/first-main", server.url);
  for (const theme of ["light", "dark"] as const)
    await visitPage(browser, server.url, address, { theme, width: theme === "light" ? 1440 : 390 }, async (page) => {
      await page.getByRole("link", { name: "compared with first-seed-2-main" }).click();
      await page.getByRole("heading", { name: "The same features in two dictionaries" }).waitFor();
      await page.locator(".match-table tbody tr").first().waitFor();
      await page.locator(".cloud").waitFor({ state: "attached" });
      await expectAccessible(page);
      const { best, activation } = comparison.features.left;
      const top = await page.locator(".match-table tbody tr").first().locator("th, td").allTextContents();
      const highest = Math.max(...activation.map((value) => value ?? -2));
      expect(Number(top[2])).toBeCloseTo(highest, 3);
      expect(Number.parseInt(top[1]!, 10)).toBe(best[Number.parseInt(top[0]!, 10)]);
      await page.locator("label.filter", { hasText: "neurons" }).click();
      await page.getByRole("heading", { name: /\d+ neurons/ }).waitFor();
      expect(page.url()).toContain("of=neurons");
    });
});

test("a feature's page leads to the same feature in the other dictionary, and back", async (context) => {
  requireOrSkip(context, browser, NO_CHROMIUM);
  const { left } = comparison.features;
  const feature = left.activation.findIndex((value) => value !== null);
  const address = new URL(`/d/first-main/f/${feature}`, server!.url);
  await visitPage(browser!, server!.url, address, { theme: "light", width: 1440 }, async (page) => {
    const row = page.locator(".panel.elsewhere tbody tr", { hasText: "first-seed-2-main" });
    await row.first().waitFor();
    const cells = await row.first().locator("td").allTextContents();
    expect(Number(cells[0])).toBe(left.best[feature]);
    expect(Number(cells[1]!.replace("−", "-"))).toBeCloseTo(left.activation[feature]!, 3);
    await row.first().getByRole("link", { name: cells[0]!, exact: true }).click();
    await page.getByRole("heading", { name: `Feature ${left.best[feature]}`, exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/d/first-seed-2-main/f/${left.best[feature]}`);
    await page.locator(".panel.elsewhere tbody tr").first().waitFor();
  });
});
