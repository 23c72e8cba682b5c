import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { splitPlanes } from "../../src/site/byte-planes.ts";
import { joinRecords } from "../../src/site/record-file.ts";
import type { SiteIndex } from "../../src/site/site-index.ts";
import { createFolderReader } from "./read-site-file.ts";
import { createStaticSource } from "./static-source.ts";

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const numbers = new Uint8Array(Float32Array.of(1, 2.5, -3).buffer);
const records = [1, 2, 3].map((value) => Uint8Array.of(value, value));
const damaged = gzipSync(encode({ some: "text of some length" })).fill(0, 20, 24);
const files = new Map<string, Uint8Array>([
  ["runs.bin", gzipSync(encode({ runs: [] }))],
  ["runs/a/events.bin", gzipSync(encode([{ kind: "progress" }, { kind: "changed" }]))],
  ["d/a-main/weights.bin", gzipSync(splitPlanes(numbers, 4))],
  ["d/a-main/features/0.bin", gzipSync(joinRecords(records.slice(0, 2)))],
  ["d/a-main/features/1.bin", gzipSync(joinRecords(records.slice(2)))],
  ["damaged.bin", damaged],
  ["short.bin", gzipSync(encode(1))],
]);
const index: SiteIndex = {
  format: 1,
  folder: "data/0123",
  answers: {
    "/api/runs": { bytes: files.get("runs.bin")!.length, planes: 1 },
    "/api/runs/a/events": { bytes: files.get("runs/a/events.bin")!.length, planes: 1 },
    "/api/d/a-main/weights": { bytes: files.get("d/a-main/weights.bin")!.length, planes: 4 },
    "/api/damaged": { bytes: damaged.length, planes: 1 },
    "/api/short": { bytes: 999, planes: 1 },
    "/api/absent": { bytes: 1, planes: 1 },
  },
  records: { "a-main": { features: 3, perFile: 2 } },
};

const asked: string[] = [];
let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const file = files.get(request.url!.replace("/sub/folder/data/0123/", ""));
    asked.push(request.url!);
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sub/folder/index.html`;
});

afterAll(() => server.close());

const createSource = () => createStaticSource(index, createFolderReader(index.folder, base));

test("answers come from files beside the page, float32 numbers joined again", async () => {
  const source = createSource();
  expect(new TextDecoder().decode(await source.fetchBytes("/api/runs"))).toBe('{"runs":[]}');
  expect(await source.fetchBytes("/api/d/a-main/weights")).toEqual(numbers);
});

test("a feature is one request, and none where its file is here already", async () => {
  const source = createSource();
  asked.length = 0;
  expect([...(await source.fetchBytes("/api/d/a-main/features/0"))]).toEqual([1, 1]);
  expect([...(await source.fetchBytes("/api/d/a-main/features/1"))]).toEqual([2, 2]);
  expect([...(await source.fetchBytes("/api/d/a-main/features/2"))]).toEqual([3, 3]);
  expect(asked).toEqual([
    "/sub/folder/data/0123/d/a-main/features/0.bin",
    "/sub/folder/data/0123/d/a-main/features/1.bin",
  ]);
});

test("the events of a run are those of its file, in order", async () => {
  const source = createSource();
  const kinds = await new Promise<string[]>((resolve) => {
    const received: string[] = [];
    source.openEvents("/api/runs/a/events", {
      receive: (event) => {
        received.push((event as { kind: string }).kind);
        if (received.length === 2) resolve(received);
      },
      setLost: () => undefined,
    });
  });
  expect(kinds).toEqual(["progress", "changed"]);
});

test.each([
  ["/api/d/a-main/features/3", "There is no feature 3: they are numbered 0 to 2."],
  ["/api/d/other/features/0", "holds no such feature"],
  ["/api/d/a-main/search?q=x", "does not hold /api/d/a-main:"],
  ["/api/damaged", "damaged.bin of this copy is damaged"],
  ["/api/short", "short.bin of this copy has 21 bytes, wanted 999"],
  ["/api/absent", "absent.bin of this copy is missing on its host (status 404)."],
])("%s says what is wrong", async (address, message) => {
  await expect(createSource().fetchBytes(address)).rejects.toThrow(message);
});

test("changes are refused in a sentence", async () => {
  await expect(createSource().send("PUT", "/api/x", {})).rejects.toThrow("copy to read");
});
