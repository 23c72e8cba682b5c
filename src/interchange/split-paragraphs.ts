/**
 * Joins pieces of text and cuts them again into parts of at most `limit` UTF-16 units (limit >= 2): at the last paragraph break
 * in reach, else the last line break, else the last space, never inside a surrogate pair. The parts concatenate to the input.
 */
export async function* splitParagraphs(pieces: AsyncIterable<string>, limit: number): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of pieces) {
    rest += piece;
    const parts = [...cutParagraphs(rest, limit)];
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") yield rest;
}

/** As `splitParagraphs`, for a text held in memory. */
export function* cutParagraphs(text: string, limit: number): Generator<string> {
  let start = 0;
  while (text.length - start > limit) {
    const end = findCut(text, start, limit);
    yield text.slice(start, end);
    start = end;
  }
  if (start < text.length) yield text.slice(start);
}

function findCut(text: string, start: number, limit: number): number {
  const reach = text.slice(start, start + limit);
  for (const mark of ["\n\n", "\n\r\n", "\n", " "]) {
    const found = reach.lastIndexOf(mark);
    if (found >= limit / 2) return start + found + mark.length;
  }
  const unit = reach.charCodeAt(limit - 1);
  return start + (unit >= 0xd800 && unit < 0xdc00 ? limit - 1 : limit);
}
