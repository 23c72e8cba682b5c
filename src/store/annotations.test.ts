import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../numerics/user-error.ts";
import { exportAnnotations, importAnnotations } from "./annotation-exchange.ts";
import {
  type AnnotationFile,
  annotationChangeSchema,
  annotationFileSchema,
  listCreationSchema,
  parseAnnotations,
  parseAnnotationText,
} from "./annotation-schema.ts";
import { type Annotations, openAnnotations } from "./annotations.ts";

const WEIGHTS = "a".repeat(64);
const NOW = "2026-01-02T03:04:05.678Z";
const LATER = "2026-02-02T03:04:05.678Z";

let folder: string;
let path: string;
let annotations: Annotations;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "monosem-labels-"));
  path = join(folder, "labels.sqlite");
  annotations = openAnnotations(path);
});

afterEach(() => {
  annotations.close();
  rmSync(folder, { recursive: true, force: true });
});

const of = (feature: number, weights = WEIGHTS) => ({ dictionary: "main", feature, weights });

test("reading makes no file, the first change does, and what was written is read by another connection", () => {
  expect(annotations.read("main", WEIGHTS)).toEqual({ annotations: [], explanations: [] });
  expect(existsSync(path)).toBe(false);
  annotations.change(of(3), { label: "Arabic", note: "all scripts", rating: 12 }, NOW);
  annotations.change(of(1), { label: "base64" }, LATER);
  const other = openAnnotations(path);
  expect(other.read("main", WEIGHTS).annotations).toEqual([
    { feature: 1, label: "base64", note: "", rating: null, updated: LATER, stale: false },
    { feature: 3, label: "Arabic", note: "all scripts", rating: 12, updated: NOW, stale: false },
  ]);
  expect(other.read("other", WEIGHTS).annotations).toEqual([]);
  other.close();
  expect(readdirSync(folder)).toEqual(["labels.sqlite"]);
});

test("a change touches only its fields, and an annotation without any content is gone", () => {
  annotations.change(of(3), { label: "Arabic", rating: 12 }, NOW);
  expect(annotations.change(of(3), { note: "why" }, LATER)).toMatchObject({ label: "Arabic", note: "why", rating: 12 });
  annotations.change(of(3), { label: "", rating: null }, LATER);
  expect(annotations.read("main", WEIGHTS).annotations).toMatchObject([{ label: "", note: "why", rating: null }]);
  annotations.change(of(3), { note: "" }, LATER);
  expect(annotations.read("main", WEIGHTS).annotations).toEqual([]);
});

test("what was written about other weights is marked until it is written again", () => {
  annotations.change(of(3), { label: "Arabic" }, NOW);
  expect(annotations.read("main", "b".repeat(64)).annotations[0]?.stale).toBe(true);
  annotations.change(of(3, "b".repeat(64)), { note: "still" }, NOW);
  expect(annotations.read("main", "b".repeat(64)).annotations[0]?.stale).toBe(false);
});

test("lists keep their order, have distinct titles and can be deleted", () => {
  const first = annotations.createList("scripts", NOW);
  const items = [5, 2, 9].map((feature) => ({ dictionary: "main", feature, note: `no. ${feature}` }));
  expect(annotations.changeList(first.id, "all scripts", items, LATER)).toMatchObject({ title: "all scripts", items });
  expect(() => annotations.createList("all scripts", LATER)).toThrow(/there is a list named "all scripts" already/);
  annotations.createList("numbers", NOW);
  expect(annotations.lists().map(({ title, items: { length } }) => [title, length])).toEqual([
    ["all scripts", 3],
    ["numbers", 0],
  ]);
  expect(annotations.lists()[0]?.items).toEqual(items);
  expect([annotations.deleteList(first.id), annotations.deleteList(first.id)]).toEqual([true, false]);
  expect(annotations.changeList(first.id, "x", [], NOW)).toBeUndefined();
  expect(annotations.lists()).toHaveLength(1);
});

test.each([
  [{ label: "x".repeat(1_000_000) }, /label: is longer than 200 characters/],
  [{ note: "x".repeat(1_000_000) }, /note: is longer than 20000 characters/],
  [{ label: "safe\u202etxt.exe" }, /label: holds the invisible character U\+202E, which turns the direction/],
  [{ note: "a\u2066b" }, /U\+2066/],
  [{ label: "a\u0000b" }, /U\+0000/],
  [{ label: "\u001b[31mred" }, /U\+001B/],
  [{ label: "two\nlines" }, /one line/],
  [{ label: "\ud800" }, /lone surrogate/],
  [{ rating: 15 }, /rating/],
  [{ rating: 0.5 }, /rating/],
  [{ rating: "3" }, /rating/],
  [{ colour: "red" }, /colour/],
  [JSON.parse('{"__proto__": {"label": "x"}}'), /__proto__/],
  [null, /expected object/],
  [[], /expected object/],
])("a change such as %j is refused in a sentence", (change, sentence) => {
  expect(() => parseAnnotations(annotationChangeSchema, change, "the annotation")).toThrow(UserError);
  expect(() => parseAnnotations(annotationChangeSchema, change, "the annotation")).toThrow(sentence);
});

test("markup, right-to-left text, emoji and quotes are kept as they are", () => {
  const label = `<script>alert("1")</script> عربي 👩‍👩‍👧 'x' -- ; DROP TABLE annotations`;
  const change = parseAnnotations(annotationChangeSchema, { label: `  ${label} `, note: "a\n\tb" }, "the annotation");
  annotations.change(of(0), change, NOW);
  expect(annotations.read("main", WEIGHTS).annotations[0]).toMatchObject({ label, note: "a\n\tb" });
});

test("a list without a title is refused", () => {
  expect(() => parseAnnotations(listCreationSchema, { title: "  " }, "the list")).toThrow(/a list wants a title/);
});

test("an export imported elsewhere exports the same bytes, whatever was written", () => {
  const label = fc.string({ unit: "binary", maxLength: 30 }).filter((text) => {
    return annotationChangeSchema.safeParse({ label: text }).success && text.trim() !== "";
  });
  const entry = fc.record({ feature: fc.nat(50), label, rating: fc.option(fc.nat(14)) });
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 20 }), (entries) => {
      const here = join(folder, `${crypto.randomUUID()}.sqlite`);
      const there = join(folder, `${crypto.randomUUID()}.sqlite`);
      const written = openAnnotations(here);
      for (const { feature, label, rating } of entries)
        written.change(of(feature), parseAnnotations(annotationChangeSchema, { label, rating }, "it"), NOW);
      written.createList("all", NOW);
      written.close();
      const text = JSON.stringify(exportAnnotations(here));
      importAnnotations(there, parseAnnotationText(annotationFileSchema, text, "export"), LATER);
      expect(JSON.stringify(exportAnnotations(there))).toBe(text);
    }),
    { numRuns: 6 },
  );
});

test("an import adds, lets the later change win, deletes nothing, and does nothing the second time", () => {
  annotations.change(of(1), { label: "mine, newer" }, LATER);
  annotations.change(of(2), { label: "mine, older" }, NOW);
  annotations.change(of(3), { label: "only mine" }, NOW);
  annotations.createList("both", NOW);
  const file = createFile();
  expect(importAnnotations(path, file, "2027-01-01T00:00:00.000Z")).toEqual({ added: 3, replaced: 2, kept: 1 });
  const after = exportAnnotations(path);
  expect(after.annotations.map(({ feature, label }) => [feature, label])).toEqual([
    [1, "mine, newer"],
    [2, "theirs"],
    [3, "only mine"],
    [4, "theirs"],
  ]);
  expect(after.lists.map(({ title, items }) => [title, items.length])).toEqual([
    ["both", 1],
    ["theirs", 0],
  ]);
  expect(importAnnotations(path, file, LATER)).toEqual({ added: 0, replaced: 0, kept: 6 });
  expect(exportAnnotations(path)).toEqual(after);
});

test("an entry from the future counts as written now", () => {
  const [annotation] = createFile().annotations;
  const file = { ...createFile(), annotations: [{ ...annotation!, updated: "2999-01-01T00:00:00.000Z" }] };
  importAnnotations(path, file, NOW);
  expect(annotations.read("main", WEIGHTS).annotations[0]?.updated).toBe(NOW);
});

test.each([
  ["{", /is not JSON/],
  ["[]", /expected object/],
  ['{"format":"monosem-annotations","version":2,"annotations":[],"explanations":[],"lists":[]}', /version/],
  ['{"format":"monosem-annotations","version":1,"annotations":[{}],"explanations":[],"lists":[]}', /annotations\.0\./],
  [JSON.stringify({ ...createFile(), more: 1 }), /more/],
  [JSON.stringify(createFile()).replace('"main"', '"../x"'), /wanted a dictionary's name/],
])("a file such as %s is refused in a sentence and changes nothing", (text, sentence) => {
  expect(() => parseAnnotationText(annotationFileSchema, text, "labels.json")).toThrow(UserError);
  expect(() => parseAnnotationText(annotationFileSchema, text, "labels.json")).toThrow(sentence);
});

test("files that are not ours are refused and left as they are", () => {
  writeFileSync(path, "hello, this is no database at all, but long enough to be taken for one".repeat(100));
  expect(() => annotations.read("main", "")).toThrow(/is damaged: move it away/);
  rmSync(path);
  const foreign = new DatabaseSync(path);
  foreign.exec("CREATE TABLE bookmarks (url TEXT)");
  foreign.close();
  expect(() => annotations.change(of(1), { label: "x" }, NOW)).toThrow(/is not a file of monosem's labels/);
  rmSync(path);
  annotations.change(of(1), { label: "x" }, NOW);
  const altered = new DatabaseSync(path);
  altered.exec("CREATE TRIGGER evil AFTER INSERT ON annotations BEGIN DELETE FROM lists; END");
  altered.close();
  expect(() => openAnnotations(path).read("main", "")).toThrow(/is not a file of monosem's labels/);
  rmSync(path);
  symlinkSync(join(folder, "elsewhere"), path);
  writeFileSync(join(folder, "elsewhere"), "");
  expect(() => annotations.change(of(1), { label: "x" }, NOW)).toThrow(/is no file: remove the link/);
  rmSync(path);
  mkdirSync(path);
  expect(() => annotations.read("main", "")).toThrow(/is no file/);
});

test("a file of a newer version is refused, and one that was exchanged is opened anew", () => {
  annotations.change(of(1), { label: "x" }, NOW);
  const version = annotations.version();
  copyFileSync(path, join(folder, "copy"));
  annotations.change(of(1), { label: "y" }, NOW);
  expect(annotations.version()).not.toBe(version);
  rmSync(path);
  copyFileSync(join(folder, "copy"), path);
  expect(annotations.read("main", "").annotations[0]?.label).toBe("x");
  const newer = new DatabaseSync(path);
  newer.exec("PRAGMA user_version = 2");
  newer.close();
  expect(() => openAnnotations(path).read("main", "")).toThrow(/newer version/);
});

test("many processes write at once and nothing is lost", async () => {
  const writers = Array.from({ length: 4 }, (_, writer) => startWriter(writer, 25));
  await Promise.all(writers.map(async (writer) => expect((await once(writer, "exit"))[0]).toBe(0)));
  expect(annotations.read("main", "").annotations).toHaveLength(100);
});

test("a writer killed at any time leaves what it had answered, and a file that is whole", async () => {
  for (let round = 0; round < 8; round++) {
    const writer = startWriter(round, 100_000);
    let said = "";
    writer.stdout.on("data", (bytes: Buffer) => (said += bytes.toString()));
    await once(writer.stdout, "data");
    await setTimeout(7 * round);
    writer.kill("SIGKILL");
    await once(writer, "exit");
    const answered = said.split("\n").filter((line) => line !== "").length;
    const kept = annotations.read("main", "").annotations.filter(({ label }) => label === `writer ${round}`);
    expect(kept.length - answered).toBeOneOf([0, 1]);
  }
  const database = new DatabaseSync(path);
  expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  database.close();
});

function startWriter(writer: number, count: number) {
  const script = `
    import { writeSync } from "node:fs";
    const { openAnnotations } = await import(process.argv[1]);
    const annotations = openAnnotations(process.argv[2]);
    for (let i = 0; i < ${count}; i++) {
      annotations.change({ dictionary: "main", feature: ${writer} * 1000000 + i, weights: "" }, { label: "writer ${writer}" }, "${NOW}");
      writeSync(1, "x\\n");
    }`;
  const module = new URL("./annotations.ts", import.meta.url).href;
  return spawn(process.execPath, ["--input-type=module", "--eval", script, module, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function createFile(): AnnotationFile {
  const about = { dictionary: "main", dictionarySha256: WEIGHTS };
  const annotation = { ...about, label: "theirs", note: "", rating: 3 };
  return {
    format: "monosem-annotations",
    version: 1,
    annotations: [1, 2, 4].map((feature) => ({ ...annotation, feature, updated: "2026-01-15T00:00:00.000Z" })),
    explanations: [{ ...about, feature: 1, method: "claude", text: "Arabic script", score: 0.7, updated: NOW }],
    lists: [
      { title: "both", items: [{ dictionary: "main", feature: 4, note: "" }], updated: LATER },
      { title: "theirs", items: [], updated: NOW },
    ],
  };
}

test("what a method says takes the place of what it said before, beside what others said", () => {
  const say = (method: string, text: string, score: number | null) =>
    annotations.explain({ dictionary: "main", weights: WEIGHTS, method }, [{ feature: 4, text, score }], NOW);
  say("rules 1", "first", 0.1);
  say("rules 1", "second", 0.2);
  say("other", "third", null);
  expect(annotations.read("main", WEIGHTS).explanations).toEqual([
    { feature: 4, text: "third", method: "other", score: null, stale: false },
    { feature: 4, text: "second", method: "rules 1", score: 0.2, stale: false },
  ]);
  expect(annotations.read("main", "b".repeat(64)).explanations.every(({ stale }) => stale)).toBe(true);
});
