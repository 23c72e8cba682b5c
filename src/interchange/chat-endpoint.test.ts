import { afterEach, expect, test } from "vitest";
import { type ChatFault, type ChatServer, startChatServer } from "../../test/support/chat-server.ts";
import type { ChatRequest } from "../interpret/write-prompts.ts";
import { type ChatOutcome, openChatEndpoint } from "./chat-endpoint.ts";

const REQUEST: ChatRequest = {
  messages: [
    { role: "system", content: "Answer between <answer> and </answer>." },
    { role: "user", content: "<data>\nx\n</data>" },
  ],
  maxTokens: 50,
};
const KEY = "sk-test-0123456789";
const signal = new AbortController().signal;
let server: ChatServer;

afterEach(() => server.close());

async function send(fault: ChatFault, timeoutMs = 20_000): Promise<ChatOutcome> {
  server = await startChatServer(() => fault);
  const endpoint = openChatEndpoint({ baseUrl: server.baseUrl, model: "small", apiKey: KEY, timeoutMs });
  return await endpoint(REQUEST, signal);
}

test("a request is sent as the interface wants it, once, and its answer read with what it took", async () => {
  const outcome = await send({ kind: "answer", text: "yes", usage: { prompt_tokens: 7, completion_tokens: 1 } });
  expect(outcome).toEqual({ kind: "answered", text: "yes", usage: { input: 7, output: 1 } });
  expect(server.asked).toHaveLength(1);
  const [{ body, authorization }] = server.asked as [(typeof server.asked)[0]];
  expect(body).toEqual({ model: "small", messages: REQUEST.messages, max_completion_tokens: 50, temperature: 0 });
  expect(authorization).toBe(`Bearer ${KEY}`);
});

test("counts of tokens that no honest endpoint states are not believed", async () => {
  for (const usage of [undefined, null, { prompt_tokens: -5, completion_tokens: 1 }, { prompt_tokens: "7" }]) {
    expect(await send({ kind: "answer", text: "yes", usage })).toEqual({
      kind: "answered",
      text: "yes",
      usage: undefined,
    });
    await server.close();
  }
});

test("a refusal is told with when to come again, final where coming again is in vain", async () => {
  expect(await send({ kind: "status", status: 429, retryAfter: "3" })).toMatchObject({
    ...{ kind: "refused", final: false, retryAfterMs: 3000 },
  });
  await server.close();
  const date = new Date(Date.now() + 90_000).toUTCString();
  const dated = await send({ kind: "status", status: 503, retryAfter: date });
  expect((dated as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(60_000);
  await server.close();
  expect(await send({ kind: "status", status: 500 })).toMatchObject({ kind: "refused", final: false });
  await server.close();
  expect(await send({ kind: "status", status: 400 })).toMatchObject({ kind: "refused", final: true });
  expect(server.asked).toHaveLength(1);
});

test("an error that repeats the key does not reach anybody", async () => {
  const outcome = await send({ kind: "status", status: 401, message: `Incorrect key: ${KEY}, or sk-abc***xyz.` });
  expect(outcome).toMatchObject({ kind: "refused", final: true });
  expect(JSON.stringify(outcome)).not.toMatch(/sk-/);
});

test("slow, broken and senseless replies are lost: they may have been paid", async () => {
  expect(await send({ kind: "hold" }, 200)).toEqual({ kind: "lost", sentence: "no reply came in time" });
  await server.close();
  expect((await send({ kind: "close" })).kind).toBe("lost");
  await server.close();
  expect((await send({ kind: "truncate" })).kind).toBe("lost");
  await server.close();
  expect((await send({ kind: "answer", text: null as unknown as string })).kind).toBe("answered");
});

test("an endpoint that is not there refuses, and nothing was paid", async () => {
  server = await startChatServer();
  const { baseUrl } = server;
  await server.close();
  const outcome = await openChatEndpoint({ baseUrl, model: "m", apiKey: "", timeoutMs: 5000 })(REQUEST, signal);
  expect(outcome).toMatchObject({ kind: "refused", final: false });
  expect((outcome as { sentence: string }).sentence).toMatch(/cannot be reached/);
  server = await startChatServer();
});

test("whoever stops waiting gets no outcome", async () => {
  server = await startChatServer(() => ({ kind: "hold" }));
  const controller = new AbortController();
  const endpoint = openChatEndpoint({ baseUrl: server.baseUrl, model: "m", apiKey: "", timeoutMs: 20_000 });
  const outcome = endpoint(REQUEST, controller.signal);
  controller.abort(new Error("stopped"));
  await expect(outcome).rejects.toThrow("stopped");
});
