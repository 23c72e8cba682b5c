/** A stretch of text to show: as it is, or a sign standing for a character that cannot be seen. */
export interface VisiblePart {
  readonly text: string;
  readonly kind: "plain" | "sign";
}

const SIGNS: Readonly<Record<string, string>> = {
  "\n": "⏎",
  "\r": "␍",
  "\t": "⇥",
  "\u00a0": "⍽",
  "\u00ad": "‹shy›",
  "\u061c": "‹alm›",
  "\u180e": "‹mvs›",
  "\u200b": "‹zwsp›",
  "\u200e": "‹lrm›",
  "\u200f": "‹rlm›",
  "\u2028": "‹ls›",
  "\u2029": "‹ps›",
  "\u202a": "‹lre›",
  "\u202b": "‹rle›",
  "\u202c": "‹pdf›",
  "\u202d": "‹lro›",
  "\u202e": "‹rlo›",
  "\u2060": "‹wj›",
  "\u2066": "‹lri›",
  "\u2067": "‹rli›",
  "\u2068": "‹fsi›",
  "\u2069": "‹pdi›",
  "\ufeff": "‹bom›",
  "\ufffd": "\ufffd",
};
/** Zero-width joiners inside a cluster are left alone: they are part of how it looks. */
const UNSEEN = /[\p{Cc}\u00a0\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufffd]/u;
const SPLIT = /([\p{Cc}\u00a0\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufffd])/u;

/** The text in parts, with a sign for each character that cannot be seen; direction marks lose their effect. */
export function showUnseen(text: string): VisiblePart[] {
  return text
    .split(SPLIT)
    .filter((part) => part !== "")
    .map((part) => (UNSEEN.test(part) ? { text: chooseSign(part), kind: "sign" } : { text: part, kind: "plain" }));
}

/** The same for a token by itself, whose outer spaces show too. */
export function showToken(text: string): VisiblePart[] {
  const start = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  const edge = (spaces: string) =>
    showUnseen(spaces).flatMap((part) => (part.kind === "sign" ? [part] : dots(part.text)));
  if (end <= start) return edge(text);
  return [...edge(text.slice(0, start)), ...showUnseen(text.slice(start, end)), ...edge(text.slice(end))];
}

function dots(spaces: string): VisiblePart[] {
  return [{ text: "·".repeat(spaces.length), kind: "sign" }];
}

function chooseSign(character: string): string {
  const code = character.codePointAt(0)!;
  if (SIGNS[character] !== undefined) return SIGNS[character];
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? "␡" : `‹${code.toString(16).padStart(2, "0")}›`;
}
