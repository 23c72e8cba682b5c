/** What a strict document consists of; numbers are whole, not negative and exact. */
export type StrictJson = string | number | readonly StrictJson[] | ReadonlyMap<string, StrictJson>;

const DEPTH_LIMIT = 8;
const WHITESPACE = /[ \t\n\r]*/y;
const WHOLE_NUMBER = /(?:0|[1-9]\d*)(?![\d.eE])/y;

interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Parses the part of JSON that file headers need, and that `JSON.parse` is too lenient for: objects become maps, so that no key
 * means anything, one that comes twice is an error, and so are fractions, exponents and numbers beyond 2^53.
 */
export function parseStrictJson(text: string): StrictJson {
  const cursor: Cursor = { text, at: 0 };
  const value = parseValue(cursor, 0);
  if (cursor.at < text.length) throw unexpected(cursor, "nothing more");
  return value;
}

function parseValue(cursor: Cursor, depth: number): StrictJson {
  if (depth > DEPTH_LIMIT) throw new Error(`nested deeper than ${DEPTH_LIMIT} levels`);
  take(cursor, WHITESPACE);
  const first = cursor.text[cursor.at];
  const value =
    first === "{" ? parseObject(cursor, depth) : first === "[" ? parseArray(cursor, depth) : parseAtom(cursor);
  take(cursor, WHITESPACE);
  return value;
}

function parseAtom(cursor: Cursor): string | number {
  const string = takeString(cursor);
  if (string !== undefined) return string;
  const digits = take(cursor, WHOLE_NUMBER);
  if (digits === undefined) throw unexpected(cursor, "a string, a whole number, [ or {");
  if (!Number.isSafeInteger(Number(digits))) throw new Error(`the number ${digits.slice(0, 40)} is too large`);
  return Number(digits);
}

function parseObject(cursor: Cursor, depth: number): ReadonlyMap<string, StrictJson> {
  const entries = new Map<string, StrictJson>();
  parseItems(cursor, "}", () => {
    take(cursor, WHITESPACE);
    const key = takeString(cursor);
    if (key === undefined) throw unexpected(cursor, "a key");
    if (entries.has(key)) throw new Error(`the key ${JSON.stringify(key.slice(0, 80))} comes twice`);
    take(cursor, WHITESPACE);
    if (cursor.text[cursor.at++] !== ":") throw unexpected(cursor, "a colon");
    entries.set(key, parseValue(cursor, depth + 1));
  });
  return entries;
}

function parseArray(cursor: Cursor, depth: number): readonly StrictJson[] {
  const items: StrictJson[] = [];
  parseItems(cursor, "]", () => items.push(parseValue(cursor, depth + 1)));
  return items;
}

/** Items with commas between them, from the opening bracket to the closing one. */
function parseItems(cursor: Cursor, close: "}" | "]", parseItem: () => void): void {
  cursor.at++;
  take(cursor, WHITESPACE);
  if (cursor.text[cursor.at] === close) {
    cursor.at++;
    return;
  }
  for (;;) {
    parseItem();
    const separator = cursor.text[cursor.at];
    if (separator !== "," && separator !== close) throw unexpected(cursor, `a comma or ${close}`);
    cursor.at++;
    if (separator === close) return;
  }
}

function takeString(cursor: Cursor): string | undefined {
  const { text, at } = cursor;
  if (text[at] !== '"') return undefined;
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
  cursor.at = end + 1;
  return JSON.parse(text.slice(at, end + 1)) as string;
}

function take(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text)?.[0];
  cursor.at += match?.length ?? 0;
  return match;
}

function unexpected(cursor: Cursor, wanted: string): Error {
  return new Error(`character ${cursor.at} is not ${wanted}`);
}
