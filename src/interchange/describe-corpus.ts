import type { Document } from "../text/document.ts";

/** Bytes and documents of one part of a corpus. */
export interface CorpusPart {
  readonly documents: number;
  readonly bytes: number;
}

/** What a corpus is made of. */
export interface CorpusDescription extends CorpusPart {
  readonly domains: Readonly<Record<string, CorpusPart>>;
  readonly languages: Readonly<Record<string, CorpusPart>>;
  /** Bytes of letters and marks by Unicode script. */
  readonly scripts: Readonly<Record<string, number>>;
}

/** The Unicode scripts that are counted one by one. */
export const COUNTED_SCRIPTS = [
  ..."Latin Cyrillic Greek Arabic Hebrew Thai Devanagari Han Hiragana Katakana Hangul Tamil Bengali Telugu Kannada".split(
    " ",
  ),
  ..."Malayalam Gujarati Gurmukhi Sinhala Georgian Armenian Ethiopic Khmer Lao Myanmar".split(" "),
];

/** Counts a corpus by its labels `domain` and `lang` (`none` where there is none) and by script. */
export async function describeCorpus(corpus: AsyncIterable<Document>): Promise<CorpusDescription> {
  const domains = new Map<string, CorpusPart>();
  const languages = new Map<string, CorpusPart>();
  const scripts = new Map<string, number>();
  let total: CorpusPart = { documents: 0, bytes: 0 };
  for await (const { text, labels } of corpus) {
    const bytes = Buffer.byteLength(text);
    const { domain = "none", lang = "none" } = labels;
    total = addPart(total, bytes);
    domains.set(domain, addPart(domains.get(domain), bytes));
    languages.set(lang, addPart(languages.get(lang), bytes));
    countScripts(text, bytes === text.length, scripts);
  }
  return { ...total, domains: sortParts(domains), languages: sortParts(languages), scripts: sortCounts(scripts) };
}

const SCRIPT_PATTERNS = COUNTED_SCRIPTS.map((script) => [script, new RegExp(`\\p{Script=${script}}+`, "gu")] as const);

function countScripts(text: string, isAscii: boolean, scripts: Map<string, number>): void {
  for (const [script, pattern] of isAscii ? SCRIPT_PATTERNS.slice(0, 1) : SCRIPT_PATTERNS) {
    const letters = text.match(pattern)?.reduce((sum, run) => sum + Buffer.byteLength(run), 0) ?? 0;
    if (letters > 0) scripts.set(script, (scripts.get(script) ?? 0) + letters);
  }
}

function addPart(part: CorpusPart = { documents: 0, bytes: 0 }, bytes: number): CorpusPart {
  return { documents: part.documents + 1, bytes: part.bytes + bytes };
}

function sortParts(parts: ReadonlyMap<string, CorpusPart>): Record<string, CorpusPart> {
  return Object.fromEntries([...parts].sort(([, a], [, b]) => b.bytes - a.bytes));
}

function sortCounts(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}
