import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createSplitText } from "../../test/support/split-documents.ts";
import { findPatternSpans } from "./find-pattern-spans.ts";
import { resolveProxies } from "./proxies.ts";

const folder = mkdtempSync(join(tmpdir(), "monosem-proxies-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeProxies(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

test("the presets are well formed, each with a name and a title of its own", () => {
  const presets = resolveProxies([]);
  expect(presets.length).toBeGreaterThan(25);
  for (const key of ["name", "title"] as const)
    expect(new Set(presets.map((proxy) => proxy[key])).size).toBe(presets.length);
});

test("names of presets and files of one's own are taken together, the last of a name counts", () => {
  const own = { name: "dna", title: "Bases", rule: { kind: "tokens", tokens: ["GATTACA"] } };
  const chosen = resolveProxies(["arabic", "dna", writeProxies("own.json", [own])]);
  expect(chosen.map(({ title }) => title)).toEqual(["Arabic script", "Bases"]);
});

test.each<[string, () => string, RegExp]>([
  [
    "a slip of the keyboard",
    () => "arabci",
    /^unknown proxy arabci \(did you mean arabic\?\); there are arabic, hebrew, /,
  ],
  ["a file that is not there", () => "none.json", /^unknown proxy none\.json/],
  ["a file that is no JSON", () => writeProxies("no.json", "[{"), /no\.json is not JSON/],
  ["a file that is no list", () => writeProxies("one.json", { name: "one" }), /one\.json: proxies: .*array/],
])("%s is one clear sentence", (_, name, sentence) => {
  expect(() => resolveProxies([name()])).toThrow(sentence);
});

const text = createSplitText([
  { text: "see 2024-02-29, or not", cuts: [3] },
  { text: `${"a".repeat(40)}!`, cuts: [5] },
]);
const look = (pattern: string, signal = new AbortController().signal, limit?: number) =>
  findPatternSpans(text, { rule: { kind: "pattern", pattern, flags: "" }, name: "own" }, signal, limit);

test("a pattern's matches are found in each document", async () => {
  expect(await look("\\d{4}-\\d{2}-\\d{2}|!$")).toEqual([[[4, 14]], [[40, 41]]]);
});

test("a pattern that takes for ever is stopped and named", async () => {
  await expect(look("^(a+)+$", undefined, 300)).rejects.toThrow(
    /^proxy own: the pattern \/\^\(a\+\)\+\$\/ was stopped after 0\.3 s on this text: simplify it/,
  );
});

test("a search for a pattern stops on request", async () => {
  const controller = new AbortController();
  const search = look("^(a+)+$", controller.signal);
  controller.abort();
  await expect(search).rejects.toMatchObject({ name: "AbortError" });
});
