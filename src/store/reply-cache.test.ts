import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openReplyCache } from "./reply-cache.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-replies-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a reply is found by exactly its question, also by another process", () => {
  const cache = openReplyCache(join(folder, "a"));
  expect(cache.get("what?")).toBeUndefined();
  cache.put("what?", 'a "reply"\nof two lines');
  cache.put("what!", "");
  expect(openReplyCache(join(folder, "a")).get("what?")).toBe('a "reply"\nof two lines');
  expect(cache.get("what!")).toBe("");
  expect(cache.get("What?")).toBeUndefined();
});

test("a file that is damaged is no reply", () => {
  const cache = openReplyCache(join(folder, "b"));
  cache.put("what?", "a reply");
  const [file] = readdirSync(join(folder, "b"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".json"),
  );
  for (const content of ['{"reply": "a re', '{"reply": 3}', "null"]) {
    writeFileSync(join(folder, "b", file!), content);
    expect(cache.get("what?")).toBeUndefined();
  }
});
