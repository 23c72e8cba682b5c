import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { createPermutation } from "../numerics/permutation.ts";
import { createRandomStream } from "../numerics/random.ts";
import type { Document } from "../text/document.ts";
import { base64 } from "./builtin/base64.ts";
import { dates } from "./builtin/dates.ts";
import { createDeduplicator } from "./builtin/deduplicator.ts";
import { dna } from "./builtin/dna.ts";
import { createDraw } from "./builtin/draw.ts";
import { email } from "./builtin/email.ts";
import type { GeneratedKind } from "./builtin/generated-kind.ts";
import { hexadecimal } from "./builtin/hexadecimal.ts";
import { BUILTIN_LANGUAGES, labelLanguage } from "./builtin/languages.ts";
import { latex } from "./builtin/latex.ts";
import { logs } from "./builtin/logs.ts";
import { findNodeModules, listPackageFiles, type PackageFile } from "./builtin/package-files.ts";
import { listDomains, type PackageText, readPackageTexts } from "./builtin/package-text.ts";
import { createSentenceComposer } from "./builtin/sentences.ts";
import { urls } from "./builtin/urls.ts";

/** How much of the builtin corpus is made, and which. */
export interface BuiltinCorpusOptions {
  /** Bytes of UTF-8 wanted. Default 20 million. */
  readonly bytes?: number;
  readonly seed: number;
  /** The folder of installed packages; found above this module unless given. */
  readonly nodeModules?: string;
  /** Told when there is less text than wanted. */
  readonly onWarning?: (message: string) => void;
}

/** The largest share of the corpus that a domain taken from packages may have; code fills what is left. */
export const PACKAGE_SHARES = {
  docs: 0.08,
  "api-docs": 0.12,
  types: 0.1,
  licence: 0.04,
  json: 0.04,
  markup: 0.012,
  translation: 0.08,
  minified: 0.015,
} as const;

const DEFAULT_BYTES = 20e6;
const FILE_SHARE = 0.02;
const TRANSLATION_FILE_SHARE = 0.004;
const LEAST_FILE_BYTES = 16_000;
const MISSING_SHARE = 0.02;

/** The composed domains in the order they are made. */
export const GENERATED_KINDS: readonly GeneratedKind[] = [dna, base64, hexadecimal, urls, dates, email, latex, logs];

/**
 * The default corpus, made on the spot and not downloaded: text of the packages installed beside the tool, their translations,
 * sentences in 64 languages from the runtime's CLDR data, and composed DNA, base64, hexadecimal, URLs, dates, e-mail, LaTeX and
 * logs. The same packages, runtime, size and seed give the same bytes; documents come shuffled, so any prefix is a fair sample,
 * and none repeats another. Labels: `domain`, `lang`, `source`, and `licence` for package text.
 */
export async function* createBuiltinCorpus(options: BuiltinCorpusOptions): AsyncGenerator<Document> {
  const bytes = options.bytes ?? DEFAULT_BYTES;
  const shelf = createShelf();
  for (const kind of GENERATED_KINDS) addGenerated(shelf, kind, bytes, options.seed);
  for (const kind of describeLanguages()) addGenerated(shelf, kind, bytes, options.seed);
  await addPackages(shelf, bytes, options);
  if (shelf.bytes() < bytes * (1 - MISSING_SHARE)) options.onWarning?.(describeShortage(shelf.bytes(), bytes));
  const order = createPermutation(shelf.documents.length, options.seed, "builtin", "order");
  for (let i = 0; i < shelf.documents.length; i++) yield shelf.documents[order(i)]!;
}

interface Shelf {
  readonly documents: readonly Document[];
  /** Adds a text without its repeats; returns the bytes added, 0 when nothing new was in it. */
  add(text: PackageText, source: string, more?: Readonly<Record<string, string>>): number;
  bytes(domain?: string): number;
}

function createShelf(): Shelf {
  const documents: Document[] = [];
  const bytesByDomain = new Map<string, number>();
  const removeRepeats = createDeduplicator();
  let total = 0;
  return {
    documents,
    bytes: (domain) => (domain === undefined ? total : (bytesByDomain.get(domain) ?? 0)),
    add: ({ text, unit, domain, lang }, source, more) => {
      const kept = removeRepeats(text, unit);
      if (kept === undefined) return 0;
      const bytes = Buffer.byteLength(kept);
      documents.push({ text: kept, labels: { domain, lang, source, ...more } });
      bytesByDomain.set(domain, (bytesByDomain.get(domain) ?? 0) + bytes);
      total += bytes;
      return bytes;
    },
  };
}

function addGenerated(shelf: Shelf, kind: GeneratedKind, bytes: number, seed: number): void {
  const wanted = kind.share * bytes;
  let added = 0;
  for (let index = 0; added < wanted; index++) {
    const draw = createDraw(createRandomStream(seed, "builtin", kind.domain, kind.lang, index));
    const unit = "prose";
    added += shelf.add({ text: kind.compose(draw), domain: kind.domain, lang: kind.lang, unit }, "generated");
  }
}

function describeLanguages(): GeneratedKind[] {
  return BUILTIN_LANGUAGES.flatMap((language) => {
    const compose = createSentenceComposer(language);
    return compose ? [{ domain: "sentences", lang: labelLanguage(language.tag), share: language.share, compose }] : [];
  });
}

async function addPackages(shelf: Shelf, bytes: number, options: BuiltinCorpusOptions): Promise<void> {
  const nodeModules = options.nodeModules ?? findNodeModules(dirname(fileURLToPath(import.meta.url)));
  const files = nodeModules === undefined ? [] : await listPackageFiles(nodeModules);
  const order = createPermutation(files.length, options.seed, "builtin", "files");
  const shuffled = files.map((_, index) => files[order(index)]!);
  const budgets = new Map<string, number>(
    Object.entries(PACKAGE_SHARES).map(([domain, share]) => [domain, share * bytes]),
  );
  for (const file of shuffled) if (file.kind !== "code") await addFile(shelf, file, budgets, bytes, options.seed);
  const minified = budgets.get("minified")!;
  for (const file of shuffled) {
    budgets.set("code", bytes - shelf.bytes() + shelf.bytes("code") - (minified - shelf.bytes("minified")));
    if (file.kind === "code") await addFile(shelf, file, budgets, bytes, options.seed);
  }
}

async function addFile(
  shelf: Shelf,
  file: PackageFile,
  budgets: ReadonlyMap<string, number>,
  bytes: number,
  seed: number,
): Promise<void> {
  const isWanted = (domain: string) => shelf.bytes(domain) < (budgets.get(domain) ?? 0);
  if (!listDomains(file.kind).some(isWanted)) return;
  const content = await readFile(file.path);
  if (content.includes(0) || !isUtf8(content)) return;
  const texts = readPackageTexts(file, content.toString("utf8"));
  const order = createPermutation(texts.length, seed, "builtin", file.source);
  const limit =
    file.kind === "translation" ? TRANSLATION_FILE_SHARE * bytes : Math.max(LEAST_FILE_BYTES, FILE_SHARE * bytes);
  let added = 0;
  for (let i = 0; i < texts.length && added < limit; i++) {
    const text = texts[order(i)]!;
    if (isWanted(text.domain)) added += shelf.add(text, file.source, { licence: file.licence });
  }
}

function describeShortage(got: number, wanted: number): string {
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  return `the builtin corpus has ${megabytes(got)} MB of text, wanted ${megabytes(wanted)} MB: too few packages are installed beside the tool; give your own text with --corpus PATH or ask for less`;
}
