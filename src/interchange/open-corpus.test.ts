import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UserError } from "../numerics/user-error.ts";
import type { Document } from "../text/document.ts";
import type { CorpusWarning } from "./corpus-warning.ts";
import { measureCorpus, type OpenCorpusOptions, openCorpus } from "./open-corpus.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "monosem-corpus-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, content);
  return path;
}

const read = (locations: readonly string[], options: OpenCorpusOptions = {}) =>
  Array.fromAsync(openCorpus(locations, options));
const texts = (documents: readonly Document[]) => documents.map(({ text }) => text);

async function readWithWarnings(locations: readonly string[]) {
  const warnings: CorpusWarning[] = [];
  const documents = await read(locations, { onWarning: (warning) => warnings.push(warning) });
  return { documents, warnings };
}

async function refusal(locations: readonly string[], options: OpenCorpusOptions = {}): Promise<string> {
  const error = await read(locations, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).message;
}

test("a text file is a document labelled with its name and the domain its extension says", async () => {
  const paths = [await put("a.txt", "Hello\r\nworld"), await put("b.PY", "print(1)"), await put("c.tex", "\\alpha")];
  const documents = await read(paths);
  expect(documents).toEqual([
    { text: "Hello\r\nworld", labels: { domain: "text", source: "a.txt" } },
    { text: "print(1)", labels: { domain: "code", source: "b.PY" } },
    { text: "\\alpha", labels: { domain: "latex", source: "c.tex" } },
  ]);
});

test("a folder is read recursively in sorted order without node_modules, hidden entries and binary files", async () => {
  await put("z.txt", "last");
  await put("a/b.md", "first");
  await put("node_modules/x/index.js", "no");
  await put(".git/config", "no");
  await put(".hidden", "no");
  await put("image.png", new Uint8Array([0x89, 0x50, 0, 0]));
  await put("latin1.txt", new Uint8Array([0x63, 0x61, 0x66, 0xe9]));
  await symlink(folder, join(folder, "loop"));
  await symlink(join(folder, "gone"), join(folder, "broken"));
  const { documents, warnings } = await readWithWarnings([folder]);
  expect(documents.map(({ text, labels }) => [text, labels.source])).toEqual([
    ["first", "a/b.md"],
    ["last", "z.txt"],
  ]);
  const names = warnings.map(({ kind, path }) => `${kind} ${path.slice(folder.length + 1)}`);
  expect(names).toEqual(["unreadable broken", "binary image.png", "binary latin1.txt"]);
});

test("a glob is expanded in sorted order, and a file reached twice is read once", async () => {
  await put("b.txt", "b");
  const a = await put("a.txt", "a");
  await put("c.md", "c");
  const { documents, warnings } = await readWithWarnings([join(folder, "*.txt"), a]);
  expect(texts(documents)).toEqual(["a", "b"]);
  expect(warnings).toEqual([{ kind: "duplicate", path: a, message: "named twice, read once" }]);
});

test("JSON lines give their text, and their short scalar fields as labels", async () => {
  const lines = [
    { text: "one", domain: "news", year: 1999, nested: { a: 1 }, ok: true },
    { text: "two\ud800", lang: "fr", long: "x".repeat(300) },
  ];
  const path = await put("c.jsonl", `${lines.map((line) => JSON.stringify(line)).join("\n\n")}\n`);
  const { documents, warnings } = await readWithWarnings([path]);
  expect(documents).toEqual([
    { text: "one", labels: { domain: "news", source: "c.jsonl", year: "1999", ok: "true" } },
    { text: "two\ufffd", labels: { domain: "text", source: "c.jsonl", lang: "fr" } },
  ]);
  expect(warnings.map(({ kind, path: at }) => [kind, at])).toEqual([["label", `${path}:3`]]);
});

test("a JSON line may set __proto__ as a field without touching any prototype", async () => {
  const path = await put("c.jsonl", '{"text":"a","__proto__":"x","constructor":"y"}');
  const [document] = await read([path]);
  expect(Object.getPrototypeOf(document!.labels)).toBe(Object.prototype);
  expect(Object.entries(document!.labels)).toContainEqual(["__proto__", "x"]);
});

test("gzip is recognised by content, and several members in one file are all read", async () => {
  const members = Buffer.concat([gzipSync("first "), gzipSync("second")]);
  const packed = gzipSync('{"text":"line"}\n');
  const paths = [await put("a.txt.gz", members), await put("b.jsonl.gz", packed), await put("c.txt", gzipSync("bare"))];
  expect(texts(await read(paths))).toEqual(["first second", "line", "bare"]);
});

test.each([
  ["JSON lines", ['{"text":', '"a"}\n{"text":"b"}\n'], ["a", "b"]],
  ["one JSON line without line end", ['{"text":"a"}'], ["a"]],
  ["plain text", ["hello ", "world"], ["hello world"]],
  ["text that begins with a brace", ["{not json}\nmore"], ["{not json}\nmore"]],
  ["gzipped JSON lines", [gzipSync('{"text":"packed"}\n')], ["packed"]],
])("standard input is recognised as %s", async (_, chunks, expected) => {
  const stdin = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  expect(texts(await read(["-"], { stdin }))).toEqual(expected);
});

test("a long text is cut at paragraphs into bounded documents that join to the whole", async () => {
  const paragraph = `${"word ".repeat(40).trim()}\n\n`;
  const whole = paragraph.repeat(100);
  const path = await put("book.txt", whole);
  const parts = texts(await read([path], { maxDocumentCharacters: 1000 }));
  expect(parts.join("")).toBe(whole);
  expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(1000);
  expect(parts.every((part) => part.endsWith("\n\n"))).toBe(true);
});

test("any text in a plain file comes back whole, whatever the document limit", async () => {
  const text = fc.string({
    unit: fc.constantFrom("a", " ", "\n", "\r\n", "é", "語", "😀"),
    minLength: 1,
    maxLength: 80,
  });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 2, max: 30 }), async (body, maxDocumentCharacters) => {
      const path = await put("p.txt", `x${body}x`);
      const parts = texts(await read([path], { maxDocumentCharacters }));
      expect(parts.join("").replace(/\s+/g, "")).toBe(`x${body}x`.replace(/\s+/g, ""));
      expect(parts.every((part) => part.length <= maxDocumentCharacters && part.isWellFormed())).toBe(true);
    }),
    { numRuns: 100 },
  );
});

test("arbitrary bytes give documents or a UserError, never another error", async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.uint8Array({ maxLength: 60 }).map((tail) => Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), tail])),
    fc.string().map((text) => Buffer.from(`{"text":"${text}"}\n`)),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom("f.txt", "f.jsonl", "f.gz"), async (content, name) => {
      const path = await put(name, content);
      const outcome = await read([path]).catch((error: unknown) => error);
      if (!Array.isArray(outcome)) expect(outcome).toBeInstanceOf(UserError);
      await rm(path);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["an empty file", "", /holds no text/],
  ["a file of white space", " \n\n", /holds no text/],
  ["a binary file", new Uint8Array([65, 0, 66]), /is binary \(NUL byte at 1\)/],
  ["UTF-16", new Uint8Array([0xff, 0xfe, 65, 0]), /is UTF-16 text/],
  ["Latin-1", new Uint8Array([0x63, 0xe9, 0x63]), /is not UTF-8 text/],
  ["a character cut off at the end", new Uint8Array([65, 0xc3]), /in the middle of a character/],
  ["truncated gzip", gzipSync("hello ".repeat(100)).subarray(0, 30), /ends too early \(truncated gzip\)/],
  ["altered gzip", gzipSync("hello").fill(7, 10, 14), /is damaged \(gzip: Z_/],
])("%s is refused in one sentence that names the file", async (_, content, reason) => {
  const path = await put("named.txt", content);
  const message = await refusal([path]);
  expect(message).toMatch(reason);
  expect(message).toContain("named.txt");
});

test.each([
  ["a line that is not JSON", '{"text":"a"}\n{oops\n', /:2: line is not JSON/],
  ["a line without text", '{"text":"a"}\n\n{"body":"b"}\n', /:3: line has no text: got an object with fields "body"/],
  ["a text that is no string", '{"text":3}', /:1: line has no text/],
  ["an array", "[1]", /:1: line has no text: got an array/],
  ["invalid UTF-8", Buffer.from([123, 125, 0xff]), /is not UTF-8/],
])("JSON lines with %s are refused with file and line", async (_, content, reason) => {
  const path = await put("named.jsonl", content);
  const message = await refusal([path]);
  expect(message).toMatch(reason);
  expect(message).toContain("named.jsonl");
});

test("a JSON line over the limit is refused while it streams", async () => {
  const path = await put("long.jsonl.gz", gzipSync(`{"text":"ok"}\n{"text":"${"a".repeat(100_000)}"}`));
  expect(await refusal([path], { maxLineBytes: 50_000 })).toMatch(/long\.jsonl\.gz:2: line is longer than 50000 bytes/);
});

test("missing paths, patterns without a match and an unreadable path are refused by name", async () => {
  expect(await refusal([join(folder, "nowhere.txt")])).toMatch(/nowhere\.txt" does not exist/);
  expect(await refusal([join(folder, "*.nothing")])).toMatch(/\*\.nothing" matches no file/);
  expect(await refusal([""])).toMatch(/"" does not exist/);
  expect(await refusal([])).toMatch(/no location/);
  expect(await refusal([folder])).toMatch(/holds no text/);
  const stdin = new Readable({ read: () => stdin.destroy(Object.assign(new Error("gone"), { code: "EIO" })) });
  expect(await refusal(["-"], { stdin })).toMatch(/standard input" cannot be read \(EIO\)/);
});

test("an aborted signal stops the stream with its reason", async () => {
  const path = await put("a.txt", "text");
  const reason = new Error("stop");
  await expect(read([path], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test("the measured bytes are the bytes that are read", async () => {
  await put("a.txt", "12345");
  await put("b.jsonl.gz", gzipSync('{"text":"x"}'));
  let bytesRead = 0;
  await read([folder], { onBytesRead: (bytes) => (bytesRead += bytes) });
  expect(await measureCorpus([folder])).toEqual({ files: 2, bytes: bytesRead, unsizedFiles: 0 });
  expect(await measureCorpus(["-"])).toEqual({ files: 1, bytes: 0, unsizedFiles: 1 });
});

test("a text of 200 MB from a small gzip file streams without being held in memory", async () => {
  const block = Buffer.from(`${"all work and no play makes a dull corpus; ".repeat(25_000)}\n`);
  const path = await put("big.txt.gz", Buffer.concat(Array<Buffer>(200).fill(gzipSync(block))));
  let characters = 0;
  let peak = 0;
  for await (const { text } of openCorpus([path])) {
    characters += text.length;
    peak = Math.max(peak, process.memoryUsage().arrayBuffers);
  }
  expect(characters).toBe(200 * block.length);
  expect(peak).toBeLessThan(120e6);
});
