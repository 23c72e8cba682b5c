import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, expect, test } from "vitest";
import { UserError } from "../numerics/user-error.ts";
import { createFeaturePackWriter, type FeaturePackDescription, openFeaturePack } from "./feature-pack.ts";

const root = mkdtempSync(join(tmpdir(), "monosem-pack-"));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
const newFolder = () => join(root, `run-${folders++}`, "dictionaries", "main", "pack");

const description: FeaturePackDescription = {
  dictionary: "main",
  tokens: 1000,
  contexts: 10,
  window: 4,
  site: "blocks.0.mlp.hook_post",
  layerNormScale: 1.5,
  correlationTokens: 1000,
  ablation: "direct",
  dictionarySha256: "d",
  tokensSha256: "t",
  seed: 1,
  toolVersion: "0.1.0",
  partial: false,
  leftOut: [],
  vocabularySize: 50,
  unusedTokens: [],
};
const table = Uint8Array.of(1, 2, 3);
const recordOf = (feature: number, version: number) => new Uint8Array(feature * 7).fill(version);

function publish(folder: string, version: number, features = 5): readonly string[] {
  const writer = createFeaturePackWriter(folder);
  for (let feature = 0; feature < features; feature++) writer.add(recordOf(feature, version));
  return writer.publish({ ...description, partial: version === 1 }, table);
}

test("a pack gives back its header, its table and each record, an empty one included", () => {
  const folder = newFolder();
  publish(folder, 2);
  const pack = openFeaturePack(folder);
  expect(pack.header).toMatchObject({ ...description, formatVersion: 2, features: 5 });
  expect(pack.table()).toEqual(table);
  for (const feature of [4, 0, 2, 1, 3]) expect(pack.record(feature)).toEqual(recordOf(feature, 2));
  expect(() => pack.record(5)).toThrow("feature 5 is not among the pack's 5");
  expect(() => pack.record(-1)).toThrow(RangeError);
  pack.close();
});

test("a pack is invisible until it is published, and a discarded one leaves nothing", () => {
  const folder = newFolder();
  const writer = createFeaturePackWriter(folder);
  writer.add(recordOf(1, 1));
  expect(() => openFeaturePack(folder)).toThrow(UserError);
  writer.discard();
  expect(readdirSync(folder)).toEqual([]);
});

test("what another process writes into the folder is left to it", () => {
  const folder = newFolder();
  const other = createFeaturePackWriter(folder);
  publish(folder, 1);
  expect(readdirSync(folder)).toHaveLength(3);
  other.add(recordOf(1, 3));
  other.publish(description, table);
  const current = openFeaturePack(folder);
  expect(current.record(0)).toEqual(recordOf(1, 3));
  current.close();
  expect(readdirSync(folder)).toHaveLength(2);
});

test("a new pack takes the place of the old one, whose open readers go on reading it", () => {
  const folder = newFolder();
  publish(folder, 1);
  const old = openFeaturePack(folder);
  const files = publish(folder, 2);
  expect(old.record(3)).toEqual(recordOf(3, 1));
  expect(old.header.partial).toBe(true);
  const current = openFeaturePack(folder);
  expect(current.record(3)).toEqual(recordOf(3, 2));
  expect(readdirSync(folder)).toHaveLength(2);
  expect(files.toSorted()).toEqual(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted(),
  );
  old.close();
  current.close();
});

test("equal packs have equal bytes and names, whatever was there before", () => {
  const [folder, other] = [newFolder(), newFolder()];
  const files = publish(folder, 2);
  const before = files.map((file) => readFileSync(file));
  publish(other, 1);
  const others = publish(other, 2);
  expect(publish(folder, 2)).toEqual(files);
  expect(files.map((file) => readFileSync(file))).toEqual(before);
  expect(others.map((file) => file.slice(other.length))).toEqual(files.map((file) => file.slice(folder.length)));
  expect(others.map((file) => readFileSync(file))).toEqual(before);
});

test("a file that is missing, cut off or altered is named together with the command that builds the pages anew", () => {
  const folder = newFolder();
  const damages: ((path: string) => void)[] = [
    (path) => rmSync(path),
    (path) => truncateSync(path, readFileSync(path).length >> 1),
    (path) => {
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(path, bytes);
    },
  ];
  for (const [index, damage] of damages.entries()) {
    for (const path of publish(folder, 2)) {
      const isPointer = path.endsWith("current.json");
      damage(path);
      const got = catchError(() => openFeaturePack(folder));
      expect(got, `${path} damage ${index}`).toBeInstanceOf(UserError);
      expect(got.message).toContain(isPointer ? folder : path);
      const run = join(folder, "..", "..", "..");
      expect(got.message).toContain(`run monosem features --run ${run} --dictionary main`);
      expect(got.message).toContain(join(run, "stages", "features-main.json"));
      publish(folder, 2);
      openFeaturePack(folder).close();
    }
  }
});

test("a pack of another format is refused with the command that builds it anew, which needs nothing deleted before", () => {
  const folder = newFolder();
  const header = publish(folder, 2).find((path) => path.endsWith("header.json"))!;
  const older = readFileSync(header, "utf8").replace('"formatVersion":2', '"formatVersion":1').replace(/: 2,/, ": 1,");
  const generation = createHash("sha256").update(older).digest("hex").slice(0, 16);
  renameSync(dirname(header), join(folder, generation));
  writeFileSync(join(folder, generation, "header.json"), older);
  writeFileSync(join(folder, "current.json"), JSON.stringify({ generation }));
  const { message } = catchError(() => openFeaturePack(folder));
  expect(message).toContain("is of format 1, this version of monosem reads format 2");
  expect(message).toContain(`run monosem features --run ${join(folder, "..", "..", "..")} --dictionary main`);
  expect(message).not.toContain("delete");
});

test("a reader never sees a mixture while packs are replaced as fast as can be", async () => {
  const folder = newFolder();
  publish(folder, 1);
  const module = JSON.stringify(new URL("./feature-pack.ts", import.meta.url).href);
  const worker = new Worker(
    `import(${module}).then(({ createFeaturePackWriter }) => {
      for (let version = 2; version < 27; version++) {
        const writer = createFeaturePackWriter(${JSON.stringify(folder)});
        for (let feature = 0; feature < 5; feature++) writer.add(new Uint8Array(feature * 7).fill(version));
        writer.publish({ ...${JSON.stringify(description)}, seed: version }, Uint8Array.of(version));
      }
    });`,
    { eval: true },
  );
  const finished = new Promise<number>((resolve, reject) => worker.once("exit", resolve).once("error", reject));
  let isRunning = true;
  worker.once("exit", () => {
    isRunning = false;
  });
  const seen = new Set<number>();
  while (isRunning) {
    const pack = openFeaturePack(folder);
    const version = pack.record(1)[0]!;
    seen.add(version);
    expect(pack.header.seed).toBe(version);
    expect(pack.record(4)).toEqual(recordOf(4, version));
    if (version > 1) expect(pack.table()).toEqual(Uint8Array.of(version));
    pack.close();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await finished).toBe(0);
  expect(seen.size).toBeGreaterThan(1);
});

function catchError(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
