import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ChatFault, type ChatServer, startChatServer } from "../../../test/support/chat-server.ts";
import { openChatEndpoint } from "../../interchange/chat-endpoint.ts";
import { type Budget, createBudget } from "../../interpret/budget.ts";
import type { LanguageModel } from "../../interpret/model-method.ts";
import type { ChatRequest } from "../../interpret/write-prompts.ts";
import { openReplyCache } from "../../store/reply-cache.ts";
import { createPaidModel, type PaidModelOptions } from "./paid-model.ts";

const signal = new AbortController().signal;
const FREE = { input: 0, output: 0 };
let folder: string;
let server: ChatServer;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "monosem-paid-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});

function question(text: string): ChatRequest {
  return { messages: [{ role: "user", content: text }], maxTokens: 50 };
}

async function open(
  treat: (index: number) => ChatFault,
  changes: Partial<PaidModelOptions> = {},
  timeoutMs = 20_000,
): Promise<LanguageModel> {
  server = await startChatServer(treat);
  const { baseUrl } = server;
  return createPaidModel({
    ...{ model: "small", baseUrl, concurrency: 4, requestsPerMinute: 60_000, pauseMs: 1, attempts: 4 },
    send: openChatEndpoint({ baseUrl, model: "small", apiKey: "", timeoutMs }),
    cache: openReplyCache(folder),
    budget: createBudget(0, FREE),
    ...changes,
  });
}

const answer = (text: string): ChatFault => ({ kind: "answer", text });

test("a question is sent once, whoever asks it again", async () => {
  const model = await open(() => answer("42"));
  expect(await model.ask(question("a"), signal)).toBe("42");
  expect(await model.ask(question("a"), signal)).toBe("42");
  expect(server.asked).toHaveLength(1);
  await model.ask(question("b"), signal);
  expect(server.asked).toHaveLength(2);
});

test("after each kind of failure it is asked again until an answer comes", async () => {
  const faults: readonly ChatFault[] = [
    { kind: "status", status: 429, retryAfter: "0.01" },
    { kind: "status", status: 500 },
    { kind: "close" },
    { kind: "truncate" },
    { kind: "hold" },
  ];
  const model = await open((index) => faults[index] ?? answer("at last"), { attempts: 6 }, 300);
  expect(await model.ask(question("a"), signal)).toBe("at last");
  expect(server.asked).toHaveLength(6);
});

test("an endpoint that is only ever down is given up, one that refuses for good at once", async () => {
  const model = await open(() => ({ kind: "status", status: 503 }));
  await expect(model.ask(question("a"), signal)).rejects.toThrow(/did not answer, time and again: 503/);
  expect(server.asked).toHaveLength(4);
  await server.close();
  const refused = await open(() => ({ kind: "status", status: 401, message: "no such key" }));
  await expect(refused.ask(question("a"), signal)).rejects.toThrow(/refuses: 401 no such key/);
  expect(server.asked).toHaveLength(1);
});

test("while the endpoint wants to be left alone no other question is sent either", async () => {
  const wait = 400;
  const times: number[] = [];
  const model = await open((index) => {
    times.push(Date.now());
    return index === 0 ? { kind: "status", status: 429, retryAfter: String(wait / 1000) } : answer("ok");
  });
  const first = model.ask(question("a"), signal);
  while (times.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await Promise.all([first, model.ask(question("b"), signal)]);
  expect(times).toHaveLength(3);
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(wait - 5);
});

test("an endpoint that wants to be asked tomorrow is not waited for", async () => {
  const model = await open(() => ({ kind: "status", status: 429, retryAfter: "86400" }));
  await expect(model.ask(question("a"), signal)).rejects.toThrow(/asked again in 1440 minutes/);
});

test("requests keep their distance where there is a limit a minute", async () => {
  const times: number[] = [];
  const model = await open(
    () => {
      times.push(Date.now());
      return answer("ok");
    },
    { requestsPerMinute: 600 },
  );
  await Promise.all(["a", "b", "c"].map((text) => model.ask(question(text), signal)));
  expect(times[2]! - times[0]!).toBeGreaterThanOrEqual(150);
});

test("a budget of 0 sends nothing, but what was answered before is still known", async () => {
  const prices = { input: 1, output: 1 };
  const model = await open(() => answer("42"), { budget: createBudget(1, prices) });
  await model.ask(question("a"), signal);
  const poor = createPaidModel({
    ...{ model: "small", baseUrl: server.baseUrl, concurrency: 1, requestsPerMinute: 60_000 },
    send: openChatEndpoint({ baseUrl: server.baseUrl, model: "small", apiKey: "", timeoutMs: 5000 }),
    cache: openReplyCache(folder),
    budget: createBudget(0, prices),
  });
  expect(await poor.ask(question("a"), signal)).toBe("42");
  await expect(poor.ask(question("b"), signal)).rejects.toThrow(/budget of 0/);
  expect(server.asked).toHaveLength(1);
});

test("refusals cost nothing; replies that were lost count as paid, so that no budget is passed", async () => {
  const budgetOf = (amount: number): Budget => createBudget(amount, { input: 0, output: 20_000 });
  const refusals = budgetOf(1);
  const first = await open((index) => (index < 3 ? { kind: "status", status: 500 } : answer("ok")), {
    budget: refusals,
  });
  await first.ask(question("a"), signal);
  expect(refusals.spent()).toBeLessThan(1);
  await server.close();
  const lost = budgetOf(2);
  const second = await open(() => ({ kind: "close" }), { budget: lost });
  await expect(second.ask(question("b"), signal)).rejects.toThrow(/budget of 2 does not allow another request/);
  expect(server.asked).toHaveLength(2);
  expect(lost.spent()).toBe(2);
});

test("whoever is stopped while waiting stops at once", async () => {
  const controller = new AbortController();
  const model = await open(() => ({ kind: "status", status: 429, retryAfter: "300" }));
  const asking = model.ask(question("a"), controller.signal);
  while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  await expect(asking).rejects.toThrow();
});
