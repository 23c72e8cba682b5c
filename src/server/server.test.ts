import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFakeAssets } from "../../test/support/fake-assets.ts";
import { type FakeRun, writeFakeRun, writeFakeRunningRun } from "../../test/support/fake-run.ts";
import { type Answer, fetchFrom, type Sending, sendRequest } from "../../test/support/send-request.ts";
import type { SpecificityProfiles } from "../analysis/specificity.ts";
import { parseFeatureRecord } from "../features/feature-record.ts";
import { parseFeatureTable } from "../features/feature-table.ts";
import { UserError } from "../numerics/user-error.ts";
import { appendEvents } from "../store/event-log.ts";
import { lockRunDirectory } from "../store/lock.ts";
import { runPaths } from "../store/run-directory.ts";
import { writeJson } from "../store/write-atomically.ts";
import type { DictionaryDetails, RunDetails, RunStreamEvent, RunSummary, Vocabulary } from "./api.ts";
import { type RunningServer, startServer } from "./start-server.ts";

const FEATURES = 24;

let folder: string;
let fake: FakeRun;
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "monosem-server-"));
  fake = writeFakeRun(join(folder, "Tiny run"), FEATURES);
  writeFakeRunningRun(join(folder, "demo"));
  const runs = ["Tiny run", "demo", "later", "other/demo"].map((name) => join(folder, name));
  server = await startServer({ runs, port: 0, assets: createFakeAssets() });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("runs are listed in the order given, with distinct ids and their state", async () => {
  const { runs } = await getJson<{ runs: RunSummary[] }>("/api/runs");
  expect(runs.map(({ id, state }) => [id, state])).toEqual([
    ["tiny-run", "finished"],
    ["demo", "running"],
    ["later", "waiting"],
    ["demo-2", "waiting"],
  ]);
  expect(runs[0]?.dictionaries[0]?.pack?.features).toBe(FEATURES);
});

test("a run whose process was killed is interrupted, not running", async () => {
  const directory = join(folder, "demo");
  rmSync(join(directory, "lock"));
  const { runs } = await getJson<{ runs: RunSummary[] }>("/api/runs");
  expect(runs[1]).toMatchObject({ id: "demo", state: "interrupted", progress: { state: "interrupted" } });
  lockRunDirectory(directory);
});

test("a run whose directory does not exist yet is described as waiting", async () => {
  const details = await getJson<RunDetails>("/api/runs/later");
  expect(details).toMatchObject({ state: "waiting", progress: null, report: null, experiment: null, dictionaries: [] });
});

test("a finished run is described with its experiment, model evaluation and dictionary metrics", async () => {
  const details = await getJson<RunDetails>("/api/runs/tiny-run");
  expect(details.evaluation?.validationLoss).toBe(4.31);
  expect(details.experiment?.dictionary.features).toBeGreaterThan(0);
  expect(details.dictionaries[0]?.metrics?.features).toBe(FEATURES);
});

test("each feature's record and the table come as the pack's bytes", async () => {
  const table = parseFeatureTable(await getBytes("/api/d/tiny-run-main/table"));
  expect(table).toEqual(fake.table);
  for (const record of fake.records) {
    const sent = parseFeatureRecord(await getBytes(`/api/d/tiny-run-main/features/${record.index}`));
    expect([sent.index, sent.firings, sent.sum]).toEqual([record.index, record.firings, record.sum]);
  }
});

test("the vocabulary holds the bytes of every token", async () => {
  const { tokens, endOfText } = await getJson<Vocabulary>("/api/runs/tiny-run/vocabulary");
  expect(endOfText).toBe(fake.tokenizer.endOfText);
  const bytes = tokens.map((token) => [...Buffer.from(token, "base64")]);
  expect(bytes).toEqual(tokens.map((_, id) => [...fake.tokenizer.tokenBytes(id)]));
});

test("a vocabulary that the page has already is not made again", async () => {
  const path = "/api/runs/tiny-run/vocabulary";
  const { headers, status } = await send({ path });
  expect([status, headers["cache-control"]]).toEqual([200, "no-cache"]);
  const again = await send({ path, headers: { "If-None-Match": headers.etag! } });
  expect([again.status, again.body]).toEqual([304, ""]);
  expect((await send({ path, headers: { "If-None-Match": '"other"' } })).status).toBe(200);
});

test("a dictionary's header and specificity are given", async () => {
  const details = await getJson<DictionaryDetails>("/api/d/tiny-run-main");
  expect(details.pack).toEqual(await getJson("/api/d/tiny-run-main/pack"));
  expect(details.specificity?.findings.map(({ title }) => title)).toEqual(["Arabic script", "base64", "DNA"]);
  const { profiles } = await getJson<SpecificityProfiles>("/api/d/tiny-run-main/analyses/specificity-profiles");
  expect(profiles.map(({ proxy }) => proxy)).toEqual(["arabic", "base64"]);
});

test.each([
  ["/api/runs/nothing", 404],
  ["/api/runs/demo/vocabulary", 404],
  ["/api/d/nothing", 404],
  ["/api/d/demo-main/table", 404],
  ["/api/d/demo-main/analyses/specificity", 404],
  ["/api/d/demo-main/analyses/nothing", 404],
  [`/api/d/tiny-run-main/features/${FEATURES}`, 404],
  ["/api/d/tiny-run-main/features/-1", 404],
  ["/api/d/tiny-run-main/features/1e1", 404],
  ["/api/d/tiny-run-main/features/0x1", 404],
  ["/api/d/tiny-run-main/features/99999999999999999999", 404],
  ["/api/nothing", 404],
])("%s is refused with a sentence and status %i", async (path, status) => {
  const answer = await send({ path });
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toEqual({ error: expect.stringMatching(/\w{2,} \w{2,}/) });
});

test.each(["/", "/runs/demo", "/d/tiny-run-main", "/d/tiny-run-main/f", "/d/tiny-run-main/f/3?sort=max"])(
  "%s is the page",
  async (path) => {
    const answer = await send({ path });
    expect([answer.status, answer.body]).toEqual([200, "<!doctype html>page"]);
  },
);

test("a page of features names the data that it will ask for, each of which is there", async () => {
  const linked = async (path: string) => {
    const { headers } = await send({ path });
    return [...(headers.link ?? "").toString().matchAll(/<([^>]+)>; rel=preload; as=fetch; crossorigin/g)].map(
      ([, address]) => address!,
    );
  };
  await getJson("/api/d/tiny-run-main");
  const shared = await linked("/d/tiny-run-main/f?sort=max");
  const addresses = await linked("/d/tiny-run-main@012345/f/3?sort=max");
  expect(addresses.slice(0, -1)).toEqual(shared);
  expect(parseFeatureRecord(await getBytes(addresses.at(-1)!)).index).toBe(3);
  expect(parseFeatureTable(await getBytes(shared[1]!))).toEqual(fake.table);
  expect((await send({ path: shared[0]! })).status).toBe(200);
  expect((await send({ path: shared[2]! })).status).toBe(200);
  expect(await linked(`/d/tiny-run-main/f/${FEATURES}`)).toEqual(shared);
  for (const path of ["/", "/d/tiny-run-main", "/d/nothing/f/3", "/d/demo-main/f/3"])
    expect(await linked(path)).toEqual([]);
});

test.each([
  "/assets/../../package.json",
  "/assets/%2e%2e/%2e%2e/package.json",
  "/assets/..%2f..%2fpackage.json",
  "/assets/..%5c..%5cpackage.json",
  "/package.json",
  "/%00",
  "/%c0%ae%c0%ae/etc/passwd",
  "/assets",
  "/constructor",
  "/__proto__",
])("%s leads to no file", async (path) => {
  const answer = await send({ path });
  expect([answer.status, answer.body]).toEqual([404, "<!doctype html>page"]);
});

test("files of the page come compressed where the browser takes it, and once only", async () => {
  const plain = await send({ path: "/assets/page-abc.js" });
  expect([plain.body, plain.headers["cache-control"]]).toEqual(["let page;", "private, max-age=31536000, immutable"]);
  const zipped = await send({ path: "/assets/page-abc.js", headers: { "Accept-Encoding": "gzip" } });
  expect([zipped.body, zipped.headers["content-encoding"]]).toEqual(["zipped", "gzip"]);
  const again = await send({ path: "/assets/page-abc.js", headers: { "If-None-Match": plain.headers.etag! } });
  expect([again.status, again.body]).toEqual([304, ""]);
});

test("the stream begins with the history and goes on with what is appended, also to a log that is cut", async () => {
  const path = runPaths(join(folder, "demo")).model.metrics;
  const stream = openStream("/api/runs/demo/events");
  const history = await stream.next((event) => event.kind === "log");
  expect(history).toMatchObject({ kind: "log", source: { kind: "model" }, reset: true });
  expect(history.kind === "log" && history.lines.length).toBe(90);
  expect((await stream.next((event) => event.kind === "progress")).kind).toBe("progress");

  appendFileSync(path, '{"step":91,"kind":"step","loss":');
  appendFileSync(path, '4.5}\n{"step":92,"kind":"st');
  const appended = await stream.next((event) => event.kind === "log");
  expect(appended).toEqual({
    kind: "log",
    source: { kind: "model" },
    reset: false,
    lines: [{ step: 91, kind: "step", loss: 4.5 }],
  });
  appendFileSync(path, 'ep","loss":4.4}\n');
  expect(await stream.next((event) => event.kind === "log")).toMatchObject({
    lines: [{ step: 92, kind: "step", loss: 4.4 }],
  });

  writeFileSync(path, '{"step":1,"kind":"step","loss":8}\n');
  expect(await stream.next((event) => event.kind === "log")).toMatchObject({ reset: true, lines: [{ step: 1 }] });
  stream.close();
});

test("the stream of a run that does not exist yet waits and then tells", async () => {
  const stream = openStream("/api/runs/demo-2/events");
  expect(await stream.next((event) => event.kind === "progress")).toEqual({ kind: "progress", progress: null });
  const paths = runPaths(join(folder, "other/demo"));
  appendEvents(paths.dictionary("main").metricsLog, [{ step: 1, kind: "step", loss: 3 }]);
  expect(await stream.next((event) => event.kind === "log" && event.source.kind === "dictionary")).toMatchObject({
    source: { kind: "dictionary", name: "main" },
    lines: [{ step: 1, loss: 3 }],
  });
  writeJson(paths.reportJson, {});
  expect(await stream.next((event) => event.kind === "changed")).toEqual({ kind: "changed" });
  stream.close();
});

test("a long log's history is thinned to about 2,000 points a kind, its last line kept", async () => {
  const directory = join(folder, "later");
  const lines = Array.from({ length: 9001 }, (_, index) => ({ step: index + 1, kind: "step", loss: 1 }));
  appendEvents(runPaths(directory).model.metrics, [...lines, { step: 9001, kind: "validation", loss: 2 }]);
  const stream = openStream("/api/runs/later/events");
  const event = await stream.next(({ kind }) => kind === "log");
  const sent = event.kind === "log" ? event.lines : [];
  expect(sent.filter(({ kind }) => kind === "step").length).toBeLessThanOrEqual(2001);
  expect(sent.filter(({ kind }) => kind === "step").length).toBeGreaterThan(1000);
  expect(sent.filter(({ kind }) => kind === "step").at(-1)?.step).toBe(9001);
  expect(sent.filter(({ kind }) => kind === "validation")).toEqual([{ step: 9001, kind: "validation", loss: 2 }]);
  stream.close();
});

test("a damaged pack is named where it is asked for and does not take the rest down", async () => {
  const directory = join(folder, "damaged");
  writeFakeRun(directory, 10);
  const pack = runPaths(directory).dictionary("main").pack;
  const { generation } = JSON.parse(readFileSync(join(pack, "current.json"), "utf8")) as { generation: string };
  appendFileSync(join(pack, generation, "records.bin"), "x");
  const other = await startServer({ runs: [directory], port: 0, assets: createFakeAssets() });
  const summary = (await (await fetchFrom(other, `/api/d/damaged-main`)).json()) as DictionaryDetails;
  expect(summary.pack).toBeNull();
  expect(summary.packProblem).toContain("records.bin");
  expect((await fetchFrom(other, `/api/d/damaged-main/table`)).status).toBe(500);
  expect((await fetchFrom(other, `/api/runs/damaged`)).status).toBe(200);
  await other.close();
});

test("a port that is taken is a user's error that names it", async () => {
  const attempt = startServer({ runs: [], port: server.port, assets: createFakeAssets() });
  await expect(attempt).rejects.toThrow(UserError);
  await expect(attempt).rejects.toThrow(String(server.port));
});

test("a port that no machine has is a user's error that names it", async () => {
  const attempt = startServer({ runs: [], port: 99_999, assets: createFakeAssets() });
  await expect(attempt).rejects.toThrow(UserError);
  await expect(attempt).rejects.toThrow("99999");
});

test("closing ends open streams", async () => {
  const other = await startServer({ runs: [join(folder, "demo")], port: 0, assets: createFakeAssets() });
  const answer = await fetchFrom(other, `/api/runs/demo/events`);
  const reader = answer.body!.getReader();
  await reader.read();
  await other.close();
  await expect(drain(reader)).resolves.toBe("ended");
});

async function drain(reader: ReadableStreamDefaultReader): Promise<string> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // A connection that is cut has ended too.
  }
  return "ended";
}

function send(sending: Sending): Promise<Answer> {
  return sendRequest(server, sending);
}

async function getJson<T>(path: string): Promise<T> {
  const answer = await fetchFrom(server, path);
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

async function getBytes(path: string): Promise<Uint8Array> {
  const answer = await fetchFrom(server, path);
  expect(answer.status).toBe(200);
  return new Uint8Array(await answer.arrayBuffer());
}

function openStream(path: string) {
  const controller = new AbortController();
  const events = readStream(path, controller.signal);
  return {
    next: async (wanted: (event: RunStreamEvent) => boolean): Promise<RunStreamEvent> => {
      for (;;) {
        const { value, done } = await events.next();
        if (done) throw new Error("the stream ended");
        if (wanted(value)) return value;
      }
    },
    close: () => controller.abort(),
  };
}

async function* readStream(path: string, signal: AbortSignal): AsyncGenerator<RunStreamEvent, void> {
  const answer = await fetchFrom(server, path, { signal });
  let text = "";
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const messages = text.split("\n\n");
    text = messages.pop()!;
    for (const message of messages) yield JSON.parse(message.replace(/^data: /, "")) as RunStreamEvent;
  }
}
