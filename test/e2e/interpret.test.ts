import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { ScoreSummary } from "../../src/interpret/summarise-scores.ts";
import { openAnnotations } from "../../src/store/annotations.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { type ChatServer, startChatServer } from "../support/chat-server.ts";
import { runMonosem, startMonosem, waitFor } from "../support/run-monosem.ts";
import { copyRun, createRunFolder, runStages } from "../support/small-run.ts";

const KEY = "sk-canary-0123456789abcdef";
const made = createRunFolder("interpret-e2e-made");
const directory = createRunFolder("interpret-e2e");
let server: ChatServer | undefined;

beforeAll(async () => {
  process.env.OPENAI_API_KEY = KEY;
  const stages = ["tokenize", "train-model", "harvest", "train-dictionary", "features"] as const;
  await runStages({ directory: made, stages, assignments: ["features.tokens=3000", "dictionary.l1=0.01"] });
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(() => {
  delete process.env.OPENAI_API_KEY;
  for (const folder of [made, directory]) rmSync(folder, { recursive: true, force: true });
});

function modelArgs(features: number, budget: string): string[] {
  const paid = ["--by", "model", "--model", "small", "--base-url", server!.baseUrl, "--prices", "1,1"];
  return ["interpret", directory, "--features", String(features), ...paid, "--budget", budget, "--json"];
}

function listReplies(): string[] {
  const folder = runPaths(directory).replies;
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  return names.filter((name) => /[0-9a-f]{64}\.json$/.test(name) && !name.includes(".writing-"));
}

function readFinished(stdout: string): { readonly summary: ScoreSummary } {
  return JSON.parse(stdout.trim().split("\n").at(-1)!);
}

test("without any key or network the rules explain features, and the medians are told", async () => {
  copyRun(made, directory);
  const { code, stdout } = await runMonosem(["interpret", directory, "--features", "4"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^main: 4 features explained by rules 1, seed 0/);
  expect(stdout).toMatch(/Spearman +-?\d\.\d\d, -?\d\.\d\d to -?\d\.\d\d \(4\)/);
});

test("a model explains by the same examination, its key is in no file, and asking again asks nothing", async () => {
  copyRun(made, directory);
  server = await startChatServer();
  const first = await runMonosem(modelArgs(3, "100"));
  expect(first.stderr).toBe("");
  expect(readFinished(first.stdout).summary).toMatchObject({ features: 3, unanswered: 0 });
  expect(server.asked).toHaveLength(3 * 5);
  expect(server.asked.every(({ authorization }) => authorization === `Bearer ${KEY}`)).toBe(true);
  const annotations = openAnnotations(runPaths(directory).labels);
  const { explanations } = annotations.read("main", "");
  annotations.close();
  expect(explanations).toHaveLength(3);
  expect(explanations[0]).toMatchObject({ text: "a plain explanation", method: "small, prompts 1" });
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((entry) => /\./.test(entry)))
    if (!existsSync(join(directory, name, "."))) expect(readFileSync(join(directory, name)).includes(KEY)).toBe(false);
  const again = await runMonosem(modelArgs(3, "0"));
  expect(readFinished(again.stdout).summary).toEqual(readFinished(first.stdout).summary);
  expect(server.asked).toHaveLength(3 * 5);
});

test("killed in the middle it pays for nothing twice", async () => {
  copyRun(made, directory);
  const answered = 7;
  let killed = false;
  server = await startChatServer((index) => (index < answered || killed ? { kind: "answer" } : { kind: "hold" }));
  const child = startMonosem(modelArgs(3, "100"));
  const ended = waitFor(child);
  await expect.poll(() => listReplies().length, { timeout: 60_000 }).toBe(answered);
  child.kill("SIGKILL");
  await ended;
  killed = true;
  const paid = server.asked.slice(0, answered).map(({ body }) => JSON.stringify(body));
  const before = server.asked.length;
  const { stdout } = await runMonosem(modelArgs(3, "100"));
  expect(readFinished(stdout).summary.features).toBe(3);
  const asked = server.asked.slice(before).map(({ body }) => JSON.stringify(body));
  expect(asked).toHaveLength(15 - answered);
  expect(asked.filter((body) => paid.includes(body))).toEqual([]);
});

test("killed and started again it spends its budget once, requests under way at the kill included", async () => {
  copyRun(made, directory);
  let kills = 0;
  let child: ReturnType<typeof startMonosem> | undefined;
  server = await startChatServer((index, { body }) => {
    // Half of the most: a token for each two bytes.
    const prompt = Math.floor(Buffer.byteLength(body.messages.map(({ content }) => content).join("")) / 2);
    const usage = { prompt_tokens: prompt, completion_tokens: 0 };
    if (kills === 2 || index === 0) return { kind: "answer", usage };
    kills++;
    child!.kill("SIGKILL");
    return { kind: "hold" };
  });
  const estimate = await runMonosem([...modelArgs(3, "0"), "--dry-run"]);
  const { most } = JSON.parse(estimate.stdout.trim().split("\n").at(-1)!) as {
    most: { input: number; output: number };
  };
  // Not enough for all of them at half of their most.
  const budget = (0.5 * most.input) / 1e6;
  const args = [...modelArgs(3, String(budget)), "--concurrency", "1"];
  for (let started = 0; started < 2; started++) {
    child = startMonosem(args);
    await waitFor(child);
  }
  expect(kills).toBe(2);
  const last = await runMonosem(args);
  expect(last.code).toBe(1);
  expect(last.stderr).toMatch(/^monosem: the budget of [\d.]+ does not allow another request.*in earlier commands too/);
  // What was under way at a kill may have been paid: its most is set aside for good.
  const lines = readFileSync(runPaths(directory).spending, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const entries = lines.map((line) => JSON.parse(line) as { id: string; most?: number; cost?: number });
  const costs = new Map<string, number>();
  for (const { id, most, cost } of entries) costs.set(id, cost ?? most!);
  const spent = [...costs.values()].reduce((sum, cost) => sum + cost, 0);
  expect(costs.size).toBe(server.asked.length);
  expect(spent).toBeLessThanOrEqual(budget);
  expect(entries.filter(({ most }) => most !== undefined).length - listReplies().length).toBe(kills);
  const before = server.asked.length;
  await runMonosem(args);
  expect(server.asked).toHaveLength(before);
});

test("a budget of 0 sends nothing and says so; one that is spent keeps what was explained", async () => {
  copyRun(made, directory);
  const usage = { prompt_tokens: 20_000, completion_tokens: 0 };
  server = await startChatServer(() => ({ kind: "answer", usage }));
  const none = await runMonosem(modelArgs(3, "0"));
  expect(none.code).toBe(1);
  expect(none.stderr).toMatch(/^monosem: the budget of 0 does not allow another request/);
  expect(server.asked).toHaveLength(0);
  const little = await runMonosem([...modelArgs(3, "0.12"), "--concurrency", "1"]);
  expect(little.code).toBe(1);
  // Each costs 0.02, and what the next may cost at most is more than nothing.
  expect(server.asked.length).toBeGreaterThan(1);
  expect(server.asked.length).toBeLessThanOrEqual(6);
  await runMonosem(modelArgs(3, "100"));
  expect(server.asked).toHaveLength(15);
});

test("prose instead of numbers is no answer, counted and not asked for again", async () => {
  copyRun(made, directory);
  server = await startChatServer((_, { body }) =>
    body.messages[0]!.content.includes("that you predict")
      ? { kind: "answer", text: "As a language model I cannot see activations." }
      : { kind: "answer" },
  );
  const { stdout } = await runMonosem(modelArgs(2, "100"));
  const { summary } = readFinished(stdout);
  expect(summary).toMatchObject({ features: 2, unanswered: 2 });
  expect(summary.all.spearman).toBeNull();
  expect(summary.all.detection?.count).toBe(2);
  expect(server.asked).toHaveLength(10);
});

test("an estimate sends nothing, and no request takes more than it says at most", async () => {
  copyRun(made, directory);
  server = await startChatServer();
  const args = ["interpret", directory, "--features", "2", "--prices", "1,1", "--dry-run", "--json"];
  const { stdout } = await runMonosem(args);
  const estimate = JSON.parse(stdout.trim().split("\n").at(-1)!);
  expect(estimate).toMatchObject({ kind: "estimate", features: 2, requests: 10 });
  expect(estimate.usual.input).toBeLessThan(estimate.most.input);
  expect(server.asked).toHaveLength(0);
  await runMonosem(modelArgs(2, "100"));
  const characters = server.asked
    .flatMap(({ body }) => body.messages)
    .reduce((sum, { content }) => sum + content.length, 0);
  expect(characters).toBeLessThan(estimate.most.input);
});

test("mistakes are one sentence each", async () => {
  copyRun(made, directory);
  const say = async (...args: string[]) => (await runMonosem(["interpret", directory, ...args])).stderr;
  expect(await say("--by", "magic")).toMatch(/--by is magic, wanted rules or model/);
  expect(await say("--by", "model")).toMatch(/--model NAME is missing/);
  expect(await say("--by", "model", "--model", "m")).toMatch(/--budget AMOUNT is missing/);
  expect(await say("--by", "model", "--model", "m", "--budget", "1")).toMatch(/--prices is missing/);
  expect(await say("--by", "model", "--model", "m", "--base-url", "file:///etc")).toMatch(/--base-url is no address/);
  expect(await say("--features", "0")).toMatch(/--features is 0/);
});
