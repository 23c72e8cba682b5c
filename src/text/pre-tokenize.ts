const LETTER = 1;
const NUMBER = 2;
const SPACE = 3;
const OTHER = 4;
type CharacterClass = typeof LETTER | typeof NUMBER | typeof SPACE | typeof OTHER;

const APOSTROPHE = 0x27;
const BLANK = 0x20;

/** Calls `visit` with the start and end (UTF-16 offsets) of each pre-token of a well-formed text, in order and without gaps. */
export type PreTokenize = (text: string, visit: (start: number, end: number) => void) => void;

/** GPT-2's pattern (Radford et al. 2019, encoder.py), which `createPreTokenizer` follows; `\s`, `\p{L}` and `\p{N}` are JavaScript's. */
export const GPT2_PATTERN = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/** A scanner equal to matching `GPT2_PATTERN`, in linear time and constant stack whatever the length of a run. */
export function createPreTokenizer(): PreTokenize {
  const classOf = createClassifier();

  const endOfRun = (text: string, from: number, wanted: CharacterClass): number => {
    let at = from;
    while (at < text.length && classOf(text, at) === wanted) at += isHighSurrogate(text.charCodeAt(at)) ? 2 : 1;
    return at;
  };

  const endOfSpaces = (text: string, from: number): number => {
    const end = endOfRun(text, from, SPACE);
    return end < text.length && end - from > 1 ? end - 1 : end;
  };

  const endOfPreToken = (text: string, start: number): number => {
    const first = text.charCodeAt(start);
    if (first === APOSTROPHE) {
      const length = contractionLength(text, start);
      if (length > 0) return start + length;
    }
    const body = first === BLANK ? start + 1 : start;
    if (body === text.length) return body;
    const bodyClass = classOf(text, body);
    return bodyClass === SPACE ? endOfSpaces(text, start) : endOfRun(text, body, bodyClass);
  };

  return (text, visit) => {
    for (let start = 0; start < text.length; ) {
      const end = endOfPreToken(text, start);
      visit(start, end);
      start = end;
    }
  };
}

function contractionLength(text: string, start: number): number {
  const next = text[start + 1];
  if (next === "s" || next === "t" || next === "m" || next === "d") return 2;
  const afterNext = text[start + 2];
  const isLong = ((next === "r" || next === "v") && afterNext === "e") || (next === "l" && afterNext === "l");
  return isLong ? 3 : 0;
}

function createClassifier(): (text: string, at: number) => CharacterClass {
  const basicPlane = new Uint8Array(0x10000);
  for (let unit = 0; unit < basicPlane.length; unit++) basicPlane[unit] = classify(String.fromCharCode(unit));
  return (text, at) => {
    const unit = text.charCodeAt(at);
    if (!isHighSurrogate(unit)) return basicPlane[unit] as CharacterClass;
    return classify(String.fromCodePoint(text.codePointAt(at)!));
  };
}

function classify(character: string): CharacterClass {
  if (/\p{L}/u.test(character)) return LETTER;
  if (/\p{N}/u.test(character)) return NUMBER;
  return /\s/u.test(character) ? SPACE : OTHER;
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}
