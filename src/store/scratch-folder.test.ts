import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createScratchFolder, removeScratchFolder } from "./scratch-folder.ts";

const root = mkdtempSync(join(tmpdir(), "monosem-scratch-"));
afterAll(() => rmSync(root, { recursive: true }));
const bytes = Uint8Array.of(1, 2, 3, 4, 5);

test("what was put is there for the next process with the same key, and gone for another one", () => {
  const folder = join(root, "keys");
  createScratchFolder(folder, "one").put("codes-0", bytes);
  expect(createScratchFolder(folder, "one").get("codes-0")).toEqual(bytes);
  expect(createScratchFolder(folder, "one").get("codes-1")).toBeUndefined();
  expect(createScratchFolder(folder, "two").get("codes-0")).toBeUndefined();
  expect(createScratchFolder(folder, "one").get("codes-0")).toBeUndefined();
});

test("a file that is cut off, altered or stands under another's name counts as none", () => {
  const folder = join(root, "damage");
  const scratch = createScratchFolder(folder, "key");
  scratch.put("a", bytes);
  const path = join(folder, readdirSync(folder)[0]!, "a");
  const whole = readFileSync(path);
  for (let length = 0; length < whole.length; length++) {
    writeFileSync(path, whole.subarray(0, length));
    expect(scratch.get("a")).toBeUndefined();
    const altered = Uint8Array.from(whole);
    altered[length]! ^= 4;
    writeFileSync(path, altered);
    expect(scratch.get("a")).toBeUndefined();
  }
  writeFileSync(path.replace(/a$/, "b"), whole);
  expect(scratch.get("b")).toBeUndefined();
  writeFileSync(path, whole);
  expect(scratch.get("a")).toEqual(bytes);
});

test("where the disk refuses, nothing is kept and nothing is said", () => {
  const folder = join(root, "file");
  writeFileSync(folder, "a file stands where the folder would be");
  const scratch = createScratchFolder(join(folder, "below"), "key");
  scratch.put("a", bytes);
  expect(scratch.get("a")).toBeUndefined();
});

test("what was kept can be removed, also where there is nothing", () => {
  const folder = join(root, "removed");
  createScratchFolder(folder, "key").put("a", bytes);
  removeScratchFolder(folder);
  removeScratchFolder(folder);
  expect(existsSync(folder)).toBe(false);
});
