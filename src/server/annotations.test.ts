import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FakeRun, writeFakeRun } from "../../test/support/fake-run.ts";
import { type Answer, sendRequest } from "../../test/support/send-request.ts";
import { exportAnnotations } from "../store/annotation-exchange.ts";
import { openAnnotations } from "../store/annotations.ts";
import { runPaths } from "../store/run-directory.ts";
import type { Annotation, DictionaryAnnotations, FeatureList, FeatureLists, SearchAnswer } from "./api.ts";
import { type RunningServer, startServer } from "./start-server.ts";

const FEATURES = 24;

let folder: string;
let fake: FakeRun;
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "monosem-annotations-"));
  fake = writeFakeRun(join(folder, "tiny"), FEATURES);
  server = await startServer({ runs: [join(folder, "tiny"), join(folder, "later")], port: 0, assets: new Map() });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a label, a note and a rating are kept beside the run and given back", async () => {
  const label = "<script>alert(1)</script> عربي";
  const answer = await change("PUT", "/api/d/tiny-main/features/3/annotation", { label, rating: 12 });
  expect(answer.status).toBe(200);
  const annotation = JSON.parse(answer.body) as Annotation;
  expect(annotation).toMatchObject({ feature: 3, label, note: "", rating: 12, stale: false });
  expect(Math.abs(Date.parse(annotation.updated) - Date.now())).toBeLessThan(60_000);
  const all = await get<DictionaryAnnotations>("/api/d/tiny-main/annotations");
  expect(all).toEqual({ annotations: [annotation], explanations: [] });
  expect(exportAnnotations(runPaths(join(folder, "tiny")).labels).annotations[0]?.dictionarySha256).toBe(
    "0".repeat(64),
  );
});

test("what another process writes is seen at once", async () => {
  const other = openAnnotations(runPaths(join(folder, "tiny")).labels);
  other.change({ dictionary: "main", feature: 5, weights: "" }, { label: "from elsewhere" }, new Date().toISOString());
  other.close();
  const { annotations } = await get<DictionaryAnnotations>("/api/d/tiny-main/annotations");
  expect(annotations.map(({ label }) => label)).toContain("from elsewhere");
  expect(await search("elsew")).toEqual([5]);
});

test.each([
  ["PUT", "/api/d/tiny-main/features/24/annotation", {}, 404],
  ["PUT", "/api/d/tiny-main/features/-1/annotation", {}, 404],
  ["PUT", "/api/d/tiny-main/features/1e1/annotation", {}, 404],
  ["PUT", "/api/d/nothing/features/1/annotation", {}, 404],
  ["PUT", "/api/d/tiny-main/features/1/annotation", { label: "x".repeat(201) }, 400],
  ["PUT", "/api/d/tiny-main/features/1/annotation", { label: "\u202e" }, 400],
  ["PUT", "/api/d/tiny-main/features/1/annotation", { labels: "x" }, 400],
  ["PUT", "/api/d/tiny-main/features/1/annotation", [], 400],
  ["PUT", "/api/d/tiny-main/features/1/annotation", { note: "x".repeat(1_000_000) }, 413],
  ["POST", "/api/runs/tiny/lists", {}, 400],
  ["POST", "/api/runs/nothing/lists", { title: "x" }, 404],
  ["POST", "/api/runs/later/lists", { title: "x" }, 500],
  ["PUT", "/api/runs/tiny/lists/77", { title: "x", items: [] }, 404],
  ["PUT", "/api/runs/tiny/lists/x", { title: "x", items: [] }, 404],
  ["PUT", "/api/runs/tiny/lists/1", { title: "x", items: [{ dictionary: "../x", feature: 1 }] }, 400],
  ["DELETE", "/api/runs/tiny/lists/77", {}, 404],
  ["POST", "/api/runs/tiny/annotations.json", {}, 400],
  ["POST", "/api/runs/tiny/annotations.json", { format: "x".repeat(1_000_001) }, 413],
  ["POST", "/api/runs", {}, 404],
] as const)("%s %s with %.60j is refused with a sentence", async (method, path, body, status) => {
  const answer = await change(method, path, body);
  expect([answer.status, JSON.parse(answer.body)]).toEqual([status, { error: expect.stringMatching(/^.{0,300}$/) }]);
  expect(JSON.parse(answer.body).error).toMatch(/\w{2,}:? \w{2,}/);
});

test("a body that is not JSON is refused in a sentence", async () => {
  const answer = await sendRequest(server, {
    path: "/api/d/tiny-main/features/1/annotation",
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: "{",
  });
  expect([answer.status, answer.body]).toEqual([400, expect.stringContaining("is not JSON")]);
});

test("lists are made, changed, given back and deleted", async () => {
  const made = await change("POST", "/api/runs/tiny/lists", { title: "scripts" });
  expect(made.status).toBe(201);
  const { id } = JSON.parse(made.body) as FeatureList;
  const items = [7, 2].map((feature) => ({ dictionary: "main", feature, note: "" }));
  expect((await change("PUT", `/api/runs/tiny/lists/${id}`, { title: "scripts", items })).status).toBe(200);
  const { lists } = await get<FeatureLists>("/api/runs/tiny/lists");
  expect(lists).toMatchObject([{ id, title: "scripts", items }]);
  expect((await change("POST", "/api/runs/tiny/lists", { title: "scripts" })).status).toBe(400);
  expect((await change("DELETE", `/api/runs/tiny/lists/${id}`, undefined)).status).toBe(200);
  expect(await get<FeatureLists>("/api/runs/tiny/lists")).toEqual({ lists: [] });
  expect(await get<FeatureLists>("/api/runs/later/lists")).toEqual({ lists: [] });
});

test("an export is a file that can be imported", async () => {
  const exported = await sendRequest(server, { path: "/api/runs/tiny/annotations.json" });
  const answer = await change("POST", "/api/runs/tiny/annotations.json", JSON.parse(exported.body));
  expect(JSON.parse(answer.body)).toEqual({ added: 0, replaced: 0, kept: 2 });
});

test("features are found by what was written about them and by their tokens", async () => {
  await change("PUT", "/api/d/tiny-main/features/9/annotation", { note: "quizzical zebras" });
  expect(await search("ZEB quiz")).toEqual([9]);
  await change("PUT", "/api/d/tiny-main/features/9/annotation", { note: "" });
  expect(await search("zeb")).toEqual([]);
  const token = fake.table.topTokens.find((id) => id >= 0)!;
  const word = new TextDecoder().decode(fake.tokenizer.tokenBytes(token)).trim().split(/\s/)[0]!;
  const wanted = [...Array(FEATURES).keys()].filter((feature) => {
    const row = fake.table.topTokens.slice(3 * feature, 3 * feature + 3);
    return row.includes(token);
  });
  expect(await search(word)).toEqual(expect.arrayContaining(wanted));
  expect(await search('") OR ("*')).toEqual([]);
  expect(await search("")).toEqual([]);
});

test("a search that is too long, and one in a dictionary without pages, are refused", async () => {
  const long = await sendRequest(server, { path: `/api/d/tiny-main/search?q=${"x".repeat(300)}` });
  expect([long.status, long.body]).toEqual([400, expect.stringContaining("at most 200")]);
  expect((await sendRequest(server, { path: "/api/d/nothing/search?q=x" })).status).toBe(404);
});

async function search(query: string): Promise<readonly number[]> {
  return (await get<SearchAnswer>(`/api/d/tiny-main/search?q=${encodeURIComponent(query)}`)).features;
}

async function get<T>(path: string): Promise<T> {
  const answer = await sendRequest(server, { path });
  expect(answer.status, answer.body).toBe(200);
  return JSON.parse(answer.body) as T;
}

function change(method: string, path: string, body: unknown): Promise<Answer> {
  const headers = { "Content-Type": "application/json" };
  return sendRequest(server, { path, method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}
