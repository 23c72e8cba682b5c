import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, sendRequest } from "../../test/support/send-request.ts";
import { createTinySubject } from "../../test/support/tiny-live-subject.ts";
import { writeLiveRun } from "../../test/support/write-live-run.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { answerLive } from "../live/answer-live.ts";
import type { LiveEvent } from "../live/live-event.ts";
import type { LiveRequest } from "../live/live-request.ts";
import { createLiveSubject } from "../live/live-subject.ts";
import { runPaths } from "../store/run-directory.ts";
import { type RunningServer, startServer } from "./start-server.ts";

const tiny = createTinySubject(2);
const STEER = {
  ...{ kind: "steer", prompt: "the cat", errorTerm: "keep", tokens: 12, seed: 1, temperature: 1, topK: 0, topP: 1 },
  interventions: [{ kind: "pin", feature: 3, value: 4, span: null }],
} as const satisfies LiveRequest;
/** More work than any of these tests waits for. */
const ENDLESS: LiveRequest = {
  ...{ kind: "explore", text: "the cat sat on the mat ".repeat(4000), effects: true, nextToken: null },
};

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "monosem-live-server-"));
  writeLiveRun(join(folder, "tiny"), tiny);
  const live = { slots: 1, waiting: 2, seconds: 60, idleSeconds: 60 };
  server = await startServer({ runs: [join(folder, "tiny")], port: 0, assets: new Map(), live });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("the server answers what the library answers, an event a line", async () => {
  const answer = await ask(server, STEER);
  expect([answer.status, answer.headers["content-type"]]).toEqual([200, "application/x-ndjson"]);
  const events = parseLines(answer.body);
  const subject = createLiveSubject(createReferenceKernels(), { ...tiny.files, layerNormScale: 1.5 });
  const wanted: LiveEvent[] = [];
  for await (const event of answerLive(subject, STEER)) wanted.push(event);
  expect(events.map(({ kind }) => kind)).toEqual(wanted.map(({ kind }) => kind));
  const tokens = (list: readonly LiveEvent[]) => list.flatMap((event) => (event.kind === "token" ? [event.token] : []));
  expect(tokens(events)).toEqual(tokens(wanted));
});

test.each([
  [{ ...STEER, interventions: [{ kind: "pin", feature: 999, value: 1, span: null }] }, 400, /feature 999/],
  [{ ...STEER, prompt: "   " }, 400, /only white space/],
  [{ ...STEER, tokens: 1e9 }, 400, /tokens/],
  [{ ...STEER, url: "http://169.254.169.254/" }, 400, /url/],
  [{ kind: "run", command: "ls" }, 400, /kind/],
  [{ ...STEER, prompt: "x".repeat(150_000) }, 400, /100000 characters/],
  [{ ...STEER, prompt: "x".repeat(250_000) }, 413, /200000 bytes/],
])("a request such as %.80j is refused in a sentence before anything is computed", async (body, status, sentence) => {
  const answer = await ask(server, body);
  expect([answer.status, JSON.parse(answer.body).error]).toEqual([status, expect.stringMatching(sentence)]);
});

test("a dictionary that is not served is refused, and one that is damaged is named", async () => {
  expect((await ask(server, STEER, "nothing")).status).toBe(404);
  const directory = join(folder, "broken");
  writeLiveRun(directory, tiny);
  writeFileSync(runPaths(directory).dictionary("main").weights, "no weights");
  const other = await startServer({ runs: [directory], port: 0, assets: new Map() });
  const answer = await ask(other, STEER, "broken-main");
  expect([answer.status, JSON.parse(answer.body).error]).toEqual([500, expect.stringContaining("weights.safetensors")]);
  await other.close();
});

test("one job is computed at a time, few wait, and more are told to come again; who leaves makes room", async () => {
  const leaving = [startAsking(server, ENDLESS), startAsking(server, ENDLESS), startAsking(server, ENDLESS)];
  await setTimeout(300);
  const refused = await ask(server, STEER);
  expect([refused.status, refused.headers["retry-after"]]).toEqual([429, "5"]);
  expect((await sendRequest(server, { path: "/api/session" })).status).toBe(200);
  for (const leave of leaving) leave();
  const start = performance.now();
  expect((await askUntilRoom(STEER)).status).toBe(200);
  expect(performance.now() - start).toBeLessThan(10_000);
});

test("pages are answered while something is computed", async () => {
  const leave = startAsking(server, ENDLESS);
  await setTimeout(300);
  const times: number[] = [];
  for (let i = 0; i < 50; i++) {
    const start = performance.now();
    await sendRequest(server, { path: "/api/d/tiny-main/features/1" });
    times.push(performance.now() - start);
  }
  leave();
  expect(times.sort((a, b) => a - b)[25]).toBeLessThan(250);
});

test("an answer that takes too long ends with a sentence, also where nobody reads it, and the next one is computed", async () => {
  const live = { slots: 1, waiting: 1, seconds: 1, idleSeconds: 60 };
  const other = await startServer({ runs: [join(folder, "tiny")], port: 0, assets: new Map(), live });
  const answer = await ask(other, ENDLESS);
  const last = answer.body.trim().split("\n").at(-1)!;
  expect(JSON.parse(last).error).toMatch(/took longer than 1 s/);
  const leave = startAsking(other, ENDLESS);
  await setTimeout(1500);
  expect((await ask(other, STEER)).status).toBe(200);
  leave();
  await other.close();
});

test("a slot that rests gives its memory back, and works again", async () => {
  const live = { slots: 1, waiting: 1, seconds: 60, idleSeconds: 0.05 };
  const other = await startServer({ runs: [join(folder, "tiny")], port: 0, assets: new Map(), live });
  for (let round = 0; round < 2; round++) {
    expect((await ask(other, STEER)).status).toBe(200);
    await setTimeout(300);
  }
  await other.close();
});

/** A request whose answer is read no further than its head; returns what breaks it off. */
function startAsking(to: RunningServer, body: unknown): () => void {
  const headers = { Authorization: `Bearer ${to.token}`, "Content-Type": "application/json" };
  const path = "/api/d/tiny-main/live";
  const outgoing = request({ host: "127.0.0.1", port: to.port, path, method: "POST", headers });
  outgoing.on("error", () => undefined).end(JSON.stringify(body));
  return () => outgoing.destroy();
}

async function askUntilRoom(body: unknown): Promise<Answer> {
  for (;;) {
    const answer = await ask(server, body);
    if (answer.status !== 429) return answer;
    await setTimeout(50);
  }
}

function ask(to: RunningServer, body: unknown, id = "tiny-main"): Promise<Answer> {
  const headers = { "Content-Type": "application/json" };
  return sendRequest(to, { path: `/api/d/${id}/live`, method: "POST", headers, body: JSON.stringify(body) });
}

function parseLines(text: string): LiveEvent[] {
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as LiveEvent);
}
