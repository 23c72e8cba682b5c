import { hashPath } from "../../numerics/random.ts";

/** Shortest paragraph, in UTF-16 units after white space is folded, whose repetition is removed. */
export const REPEATED_PARAGRAPH_LENGTH = 100;

const LINES_PER_WINDOW = 3;
const LEAST_KEPT_SHARE = 0.5;

/**
 * Remembers what a corpus already holds. The function it returns gives a text without its repeats - paragraphs (white space
 * folded) for prose, and for code also runs of three lines - or undefined when less than half of it is new.
 */
export function createDeduplicator(): (text: string, kind: "prose" | "code") => string | undefined {
  const seen = new Set<number>();
  return (text, kind) => {
    const fresh: number[] = [];
    const folded = fold(text);
    if (folded === "" || !isNew(folded, seen, fresh, 1)) return undefined;
    const paragraphs = text.split(/\n[ \t\r]*\n/).filter((paragraph) => isNew(fold(paragraph), seen, fresh));
    let kept = paragraphs.join("\n\n");
    if (kind === "code") kept = removeSeenLines(kept, seen, fresh);
    if (kept.trim().length < text.trim().length * LEAST_KEPT_SHARE) return undefined;
    for (const hash of fresh) seen.add(hash);
    return kept.replace(/^\s*\n/, "");
  };
}

/** A paragraph as it is compared with others: lower case, without quote and comment marks, white space folded. */
export function fold(paragraph: string): string {
  return paragraph
    .replace(/^[\s>*/#]+/gm, " ")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();
}

function isNew(folded: string, seen: ReadonlySet<number>, fresh: number[], least = REPEATED_PARAGRAPH_LENGTH): boolean {
  if (folded.length < least) return true;
  const hash = hashText(least === 1 ? `document ${folded}` : folded);
  if (seen.has(hash) || fresh.includes(hash)) return false;
  fresh.push(hash);
  return true;
}

function removeSeenLines(text: string, seen: ReadonlySet<number>, fresh: number[]): string {
  const lines = text.split("\n");
  const significant = lines.flatMap((line, index) => (line.trim().length > 3 ? [index] : []));
  const isSeen = new Set<number>();
  for (let i = 0; i + LINES_PER_WINDOW <= significant.length; i++) {
    const window = significant.slice(i, i + LINES_PER_WINDOW);
    const folded = window.map((index) => lines[index]!.trim()).join("\n");
    if (folded.length < REPEATED_PARAGRAPH_LENGTH) continue;
    const hash = hashText(folded);
    if (seen.has(hash)) for (const index of window) isSeen.add(index);
    else fresh.push(hash);
  }
  return lines.filter((_, index) => !isSeen.has(index)).join("\n");
}

function hashText(text: string): number {
  return hashPath(0, [text]) * 2 ** 20 + (hashPath(1, [text]) >>> 12);
}
