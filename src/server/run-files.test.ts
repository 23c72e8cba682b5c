import { mkdtempSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeFakeRun } from "../../test/support/fake-run.ts";
import { sendRequest } from "../../test/support/send-request.ts";
import { runPaths } from "../store/run-directory.ts";
import { writeAtomically, writeJson } from "../store/write-atomically.ts";
import type { Session } from "./api.ts";
import { type RunningServer, startServer } from "./start-server.ts";

const MODEL = Buffer.alloc(700_000, "model ");

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "monosem-run-files-"));
  const directory = join(folder, "tiny");
  const paths = runPaths(directory);
  writeFakeRun(directory, 3);
  writeJson(paths.model.config, { n_layer: 1 });
  writeAtomically(paths.model.weights, MODEL);
  writeAtomically(paths.dictionary("main").weights, "weights");
  writeJson(paths.dictionary("neurons").metrics, {});
  server = await startServer({ runs: [directory, join(folder, "later")], port: 0, assets: new Map() });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a page gets the files from which it computes", async () => {
  const model = await get("/api/runs/tiny/model");
  expect([model.status, model.headers["content-length"]]).toEqual([200, String(MODEL.length)]);
  expect(model.bytes.equals(MODEL)).toBe(true);
  expect(JSON.parse((await get("/api/runs/tiny/model-config")).body)).toEqual({ n_layer: 1 });
  expect(JSON.parse((await get("/api/runs/tiny/tokenizer")).body)).toHaveProperty("model.vocab");
  expect((await get("/api/d/tiny-main/weights")).body).toBe("weights");
});

test("a file that the page has already is not sent again until it changes", async () => {
  const { headers } = await get("/api/d/tiny-main/weights");
  const again = await get("/api/d/tiny-main/weights", { "If-None-Match": headers.etag! });
  expect([again.status, again.body]).toEqual([304, ""]);
  writeAtomically(runPaths(join(folder, "tiny")).dictionary("main").weights, "others!");
  const changed = await get("/api/d/tiny-main/weights", { "If-None-Match": headers.etag! });
  expect([changed.status, changed.body]).toEqual([200, "others!"]);
});

test("a tokenizer comes compressed and is known again too", async () => {
  const zipped = await get("/api/runs/tiny/tokenizer", { "Accept-Encoding": "gzip" });
  expect(zipped.headers["content-encoding"]).toBe("gzip");
  const again = await get("/api/runs/tiny/tokenizer", { "If-None-Match": zipped.headers.etag! });
  expect(again.status).toBe(304);
});

test.each([
  "/api/runs/later/model",
  "/api/runs/later/model-config",
  "/api/runs/later/tokenizer",
  "/api/d/tiny-neurons/weights",
  "/api/d/later-main/weights",
])("%s is refused with a sentence as long as there is none", async (path) => {
  const { status, body } = await get(path);
  expect(status).toBe(404);
  expect(JSON.parse(body)).toEqual({ error: expect.stringMatching(/\w{2,} \w{2,}/) });
});

test("models of one layer are computed in the page, others, and dictionaries of more than 200 MB, by the server", async () => {
  expect(await readSession()).toEqual({ writable: true, live: "page" });
  const { weights } = runPaths(join(folder, "tiny")).dictionary("main");
  const { size } = statSync(weights);
  truncateSync(weights, 200e6);
  expect(await readSession()).toEqual({ writable: true, live: "server" });
  truncateSync(weights, size);
  expect(await readSession()).toEqual({ writable: true, live: "page" });
  writeJson(runPaths(join(folder, "later")).model.config, { n_layer: 2 });
  expect(await readSession()).toEqual({ writable: true, live: "server" });
});

async function readSession(): Promise<Session> {
  return JSON.parse((await get("/api/session")).body) as Session;
}

function get(path: string, headers: Record<string, string> = {}) {
  return sendRequest(server, { path, headers });
}
