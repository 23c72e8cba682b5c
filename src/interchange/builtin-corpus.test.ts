import { createHash } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import type { Document } from "../text/document.ts";
import { fold, REPEATED_PARAGRAPH_LENGTH } from "./builtin/deduplicator.ts";
import { createBuiltinCorpus, GENERATED_KINDS, PACKAGE_SHARES } from "./builtin-corpus.ts";
import { type CorpusDescription, describeCorpus } from "./describe-corpus.ts";

const BYTES = 5e6;
let corpus: Document[];
let description: CorpusDescription;

beforeAll(async () => {
  corpus = await Array.fromAsync(createBuiltinCorpus({ bytes: BYTES, seed: 1 }));
  description = await describeCorpus(stream(corpus));
}, 60_000);

async function* stream(documents: readonly Document[]): AsyncGenerator<Document> {
  yield* documents;
}

const share = (domain: string) => (description.domains[domain]?.bytes ?? 0) / description.bytes;
const hash = (documents: readonly Document[]) => createHash("sha256").update(JSON.stringify(documents)).digest("hex");

test("the builtin corpus has the bytes it was asked for", () => {
  expect(description.bytes / BYTES).toBeGreaterThan(0.99);
  expect(description.bytes / BYTES).toBeLessThan(1.03);
});

test("the same seed gives the same documents in the same order, another seed gives others", async () => {
  const make = (seed: number) => Array.fromAsync(createBuiltinCorpus({ bytes: 3e5, seed }));
  const [first, again, other] = [hash(await make(7)), hash(await make(7)), hash(await make(8))];
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test("every document is labelled with its domain, language and source", () => {
  for (const { text, labels } of corpus) {
    expect(labels).toEqual(
      expect.objectContaining({
        domain: expect.stringMatching(/./),
        lang: expect.stringMatching(/./),
        source: expect.stringMatching(/./),
      }),
    );
    expect(text.isWellFormed() && !text.includes("\0") && text.trim() !== "").toBe(true);
  }
});

test("composed domains have 0.1 to 3 % of the bytes each, as on the web", () => {
  for (const { domain } of GENERATED_KINDS) {
    expect(share(domain), domain).toBeGreaterThan(0.001);
    expect(share(domain), domain).toBeLessThan(0.03);
  }
});

test("no domain of package text exceeds its cap, and licences and type declarations stay under 20 %", () => {
  for (const [domain, cap] of Object.entries(PACKAGE_SHARES)) expect(share(domain), domain).toBeLessThan(cap + 0.004);
  expect(share("licence")).toBeGreaterThan(0.001);
  expect(Math.max(share("licence"), share("types"))).toBeLessThan(0.2);
});

test.each(["Arabic", "Hebrew", "Cyrillic", "Greek", "Thai", "Devanagari", "Han", "Hangul", "Tamil"])(
  "letters of the script %s have 0.5 to 2.5 %% of the bytes",
  (script) => {
    const portion = (description.scripts[script] ?? 0) / description.bytes;
    expect(portion).toBeGreaterThan(0.005);
    expect(portion).toBeLessThan(0.025);
  },
);

test.each(
  "Hiragana Katakana Bengali Telugu Kannada Malayalam Gujarati Gurmukhi Sinhala Georgian Armenian Ethiopic Khmer Lao Myanmar".split(
    " ",
  ),
)("letters of the script %s are there", (script) => {
  expect((description.scripts[script] ?? 0) / description.bytes).toBeGreaterThan(0.0002);
});

test("no document and no long paragraph occurs twice", () => {
  const paragraphs = corpus.flatMap(({ text }) => text.split(/\n\s*\n/).map(fold));
  const long = paragraphs.filter((paragraph) => paragraph.length >= REPEATED_PARAGRAPH_LENGTH);
  expect(new Set(long).size).toBe(long.length);
  expect(new Set(corpus.map(({ text }) => fold(text))).size).toBe(corpus.length);
});

test("a prefix is a fair sample of the whole", async () => {
  const prefix = await describeCorpus(stream(corpus.slice(0, corpus.length / 4)));
  for (const domain of ["code", "sentences", "types", "api-docs"]) {
    const inPrefix = (prefix.domains[domain]?.bytes ?? 0) / prefix.bytes;
    expect(Math.abs(inPrefix / share(domain) - 1), domain).toBeLessThan(0.3);
  }
});

test("base64, hexadecimal and DNA decode to what they say", () => {
  const linesOf = (domain: string, pattern: RegExp) =>
    corpus.filter(({ labels }) => labels.domain === domain).flatMap(({ text }) => text.match(pattern) ?? []);
  const encoded = linesOf("base64", /^[A-Za-z0-9+/]{76}$/gm);
  expect(encoded.length).toBeGreaterThan(50);
  for (const line of encoded) expect(Buffer.from(line, "base64").toString("base64")).toBe(line);
  expect(encoded.some((line) => /^[ -~]+$/.test(Buffer.from(line, "base64").toString("latin1")))).toBe(true);
  expect(linesOf("hexadecimal", /\b[0-9a-f]{32,}\b/g).length).toBeGreaterThan(50);
  expect(linesOf("dna", /^[ACGT]{50,80}$/gm).length).toBeGreaterThan(50);
});

test("where no packages are installed the composed text remains and the shortage is said", async () => {
  const warnings: string[] = [];
  const onWarning = (message: string) => warnings.push(message);
  const options = { bytes: 1e6, seed: 1, nodeModules: import.meta.dirname, onWarning };
  const domains = new Set((await Array.fromAsync(createBuiltinCorpus(options))).map(({ labels }) => labels.domain));
  expect(domains).toContain("dna");
  expect(domains).not.toContain("licence");
  expect(warnings).toEqual([
    expect.stringMatching(/^the builtin corpus has 0\.\d MB of text, wanted 1\.0 MB: too few packages/),
  ]);
});
