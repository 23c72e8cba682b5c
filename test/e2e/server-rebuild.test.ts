import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseFeatureRecord } from "../../src/features/feature-record.ts";
import { parseFeatureTable } from "../../src/features/feature-table.ts";
import { namePack } from "../../src/features/name-pack.ts";
import type { DictionaryDetails } from "../../src/server/api.ts";
import { type RunningServer, startServer } from "../../src/server/start-server.ts";
import { openFeaturePack } from "../../src/store/feature-pack.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { writeSafetensors } from "../../src/store/safetensors.ts";
import { writeFakeRun } from "../support/fake-run.ts";
import { publishAltered } from "../support/publish-altered-pack.ts";
import { fetchFrom } from "../support/send-request.ts";

const FEATURES = 40;

let folder: string;
let directory: string;
let server: RunningServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "monosem-rebuild-"));
  directory = join(folder, "tiny");
  writeFakeRun(directory, FEATURES);
  server = await startServer({ runs: [directory], port: 0, assets: new Map() });
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test("whoever looks while packs are built anew sees the table and the records of one pack, or is told to ask again", async () => {
  const pack = openFeaturePack(runPaths(directory).dictionary("main").pack);
  const counts = { whole: 0, replaced: 0 };
  const seen = new Set<number>();
  let building = true;
  const readers = Array.from({ length: 4 }, async (_, reader) => {
    for (let round = 0; building; round++) {
      const outcome = await look((7 * round + reader) % FEATURES, seen);
      counts[outcome]++;
    }
  });
  // However slow the machine, until enough was seen whole.
  const isSeen = () => counts.whole > 20 && seen.size > 5;
  for (let generation = 1; generation <= 40 || (!isSeen() && generation <= 1000); generation++) {
    publishAltered(runPaths(directory).dictionary("main").pack, pack, generation);
    await setTimeout(40);
  }
  building = false;
  await Promise.all(readers);
  pack.close();
  expect(counts.whole).toBeGreaterThan(20);
  expect(seen.size).toBeGreaterThan(5);
});

test("a pack that was replaced is gone, in a sentence, and what is named is kept by browsers", async () => {
  const before = await readDetails();
  publishAltered(
    runPaths(directory).dictionary("main").pack,
    openFeaturePack(runPaths(directory).dictionary("main").pack),
    99,
  );
  await setTimeout(100);
  await readDetails();
  await setTimeout(200);
  const old = await fetchFrom(server, `/api/d/tiny-main/features/1?pack=${namePack(before.pack!)}`);
  expect([old.status, await old.json()]).toEqual([410, { error: expect.stringContaining("computed anew meanwhile") }]);
  const now = await readDetails();
  const named = await fetchFrom(server, `/api/d/tiny-main/features/1?pack=${namePack(now.pack!)}`);
  expect([named.status, named.headers.get("cache-control")]).toEqual([200, "private, max-age=31536000, immutable"]);
  expect((await fetchFrom(server, "/api/d/tiny-main/features/1")).headers.get("cache-control")).toBe("no-cache");
});

test("pages of a dictionary that was learned anew since say so, with the command", async () => {
  expect((await readDetails()).packWarning).toBeNull();
  const decoder = { shape: [FEATURES, 4], data: new Float32Array(4 * FEATURES) };
  writeSafetensors(runPaths(directory).dictionary("main").weights, new Map([["decoder", decoder]]), {});
  expect((await readDetails()).packWarning).toContain(`monosem features --run ${directory} --dictionary main`);
});

/** Asks as a page does, and compares what belongs together. */
async function look(feature: number, seen: Set<number>): Promise<"whole" | "replaced"> {
  const { pack } = await readDetails();
  const query = `?pack=${namePack(pack!)}`;
  const table = await fetchFrom(server, `/api/d/tiny-main/table${query}`);
  const record = await fetchFrom(server, `/api/d/tiny-main/features/${feature}${query}`);
  if (table.status === 410 || record.status === 410) return "replaced";
  expect([table.status, record.status]).toEqual([200, 200]);
  const { firings, maximum } = parseFeatureTable(new Uint8Array(await table.arrayBuffer()));
  const one = parseFeatureRecord(new Uint8Array(await record.arrayBuffer()));
  expect([one.index, firings[feature], maximum[feature]]).toEqual([feature, one.firings, one.maximum]);
  seen.add(firings[0]!);
  return "whole";
}

async function readDetails(): Promise<DictionaryDetails> {
  const answer = await fetchFrom(server, "/api/d/tiny-main");
  expect(answer.status).toBe(200);
  return (await answer.json()) as DictionaryDetails;
}
