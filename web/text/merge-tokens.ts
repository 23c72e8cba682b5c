/** Neighbouring tokens that can only be shown together, because a character or what looks like one spans them. */
export interface TokenCluster {
  /** Place of its first token, and one past its last. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const REPLACEMENT = "\ufffd";
/** Makes one character with a line feed after it. */
const CARRIAGE_RETURN = 0x0d;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Cuts a run of byte-level tokens where both a token and a grapheme cluster end. Bytes that are no UTF-8 show as U+FFFD. */
export function mergeTokens(tokens: readonly Uint8Array[]): TokenCluster[] {
  if (tokens.every(isPlain)) return tokens.map((token, place) => showPlain(token, place));
  const bytes = joinBytes(tokens);
  const characters = decodeCharacters(bytes);
  const boundaries = graphemeBoundaries(characters);
  const clusters: TokenCluster[] = [];
  let [start, endByte, nextCharacter] = [0, 0, 0];
  for (const [place, token] of tokens.entries()) {
    endByte += token.length;
    if (!boundaries.has(endByte) && place < tokens.length - 1) continue;
    let text = "";
    for (; nextCharacter < characters.length && characters[nextCharacter]!.at < endByte; nextCharacter++)
      text += characters[nextCharacter]!.text;
    clusters.push({ start, end: place + 1, text });
    start = place + 1;
  }
  return clusters;
}

/** Whether a token is ASCII of which each character stands by itself: most texts are, and need no look at graphemes. */
function isPlain(token: Uint8Array): boolean {
  return token.length > 0 && token.every((byte) => byte < 0x80 && byte !== CARRIAGE_RETURN);
}

function showPlain(token: Uint8Array, place: number): TokenCluster {
  return { start: place, end: place + 1, text: String.fromCharCode(...token) };
}

interface Character {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

function joinBytes(tokens: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(tokens.reduce((total, token) => total + token.length, 0));
  let at = 0;
  for (const token of tokens) {
    bytes.set(token, at);
    at += token.length;
  }
  return bytes;
}

function decodeCharacters(bytes: Uint8Array): Character[] {
  const characters: Character[] = [];
  for (let at = 0; at < bytes.length; at += characters.at(-1)!.length) {
    const length = characterLength(bytes[at]!);
    characters.push({ at, ...decodeOne(bytes.subarray(at, at + length), length) });
  }
  return characters;
}

function decodeOne(bytes: Uint8Array, length: number): Omit<Character, "at"> {
  if (bytes[0]! < 0x80) return { length: 1, text: String.fromCharCode(bytes[0]!) };
  if (bytes.length < length) return { length: 1, text: REPLACEMENT };
  try {
    return { length, text: decoder.decode(bytes) };
  } catch {
    return { length: 1, text: REPLACEMENT };
  }
}

function characterLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}

/** The bytes at which a grapheme cluster ends. */
function graphemeBoundaries(characters: readonly Character[]): Set<number> {
  const text = characters.map((character) => character.text).join("");
  const segments = segmenter.segment(text);
  const ends = new Set(Array.from(segments, ({ index, segment }) => index + segment.length));
  const boundaries = new Set<number>();
  let end = 0;
  for (const character of characters) {
    end += character.text.length;
    if (ends.has(end)) boundaries.add(character.at + character.length);
  }
  return boundaries;
}
