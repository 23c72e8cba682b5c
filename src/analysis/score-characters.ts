import { compileCharacterClass } from "./compile-rule.ts";
import { IMPROBABLE, type ProxyText, spellDocument } from "./proxy-text.ts";
import { readCharacter, readCodePoints } from "./read-characters.ts";

/** How the tokens of a text stand to a class of characters. */
interface CharacterUse {
  /** 1 where all of a token's characters, completed by its neighbours' bytes, are of the class. */
  readonly inClass: Uint8Array; // [tokens]
  /** 1 where the token begins within a character. */
  readonly beginsWithin: Uint8Array; // [tokens]
  /** 1 where it ends within one. */
  readonly endsWithin: Uint8Array; // [tokens]
}

/**
 * P(class), and the score of every token of a text for the characters of a class: the maximum over strings s of consecutive tokens that end
 * with the token of log P(s|class) - log P(s), by Bayes log P(class|s) - log P(class). P(class|s) is 1 where all characters of s
 * are of the class, else 1e-10; for a token that is no whole characters, the share of its occurrences in which they are.
 * P(class) is the share of such tokens in the text. White space in front of a token's characters is not counted, which the
 * byte-level tokenizer puts there (the paper does not say). -Infinity on separators, and everywhere where P(class) is 0.
 */
export function scoreCharacters(text: ProxyText, characterClass: string): { scores: Float64Array; share: number } {
  const use = findUse(text, characterClass);
  const { stream, tokenizer } = text;
  const isWhole = Uint8Array.from({ length: tokenizer.vocabularySize }, (_, id) =>
    Number(!readCodePoints(tokenizer.tokenBytes(id)).includes(-1)),
  );
  const { shareOf, shareInAll: share } = measureShares(text, use.inClass);
  const scores = new Float64Array(stream.tokens.length).fill(Number.NEGATIVE_INFINITY);
  if (share === 0) return { scores, share };
  let linked = true;
  for (let i = 0; i < scores.length; i++) {
    const token = stream.tokens[i]!;
    if (token === tokenizer.endOfText) continue;
    linked = use.inClass[i] === 1 && (use.beginsWithin[i] === 0 || linked);
    const alone = isWhole[token] === 1 ? use.inClass[i]! : shareOf[token]!;
    const joined = use.endsWithin[i] === 0 && linked ? 1 : 0;
    scores[i] = Math.log(Math.max(alone, joined, IMPROBABLE)) - Math.log(share);
  }
  return { scores, share };
}

/** The share of the occurrences of each token, and of all tokens, that are of the class. */
function measureShares({ stream, tokenizer }: ProxyText, inClass: Uint8Array) {
  const counts = new Float64Array(tokenizer.vocabularySize);
  const shareOf = new Float64Array(tokenizer.vocabularySize);
  let separators = 0;
  let positives = 0;
  for (let i = 0; i < inClass.length; i++) {
    const token = stream.tokens[i]!;
    counts[token]! += 1;
    shareOf[token]! += inClass[i]!;
    positives += inClass[i]!;
    separators += Number(token === tokenizer.endOfText);
  }
  for (let token = 0; token < counts.length; token++) if (counts[token]! > 0) shareOf[token]! /= counts[token]!;
  return { shareOf, shareInAll: positives / Math.max(1, inClass.length - separators) };
}

function findUse(text: ProxyText, characterClass: string): CharacterUse {
  const length = text.stream.tokens.length;
  const use = {
    inClass: new Uint8Array(length),
    beginsWithin: new Uint8Array(length),
    endsWithin: new Uint8Array(length),
  };
  const stranger = new Uint8Array(length);
  const isInClass = createClassTest(characterClass);
  for (let document = 0; document < text.stream.documentStarts.length; document++) {
    const { bytes, owners } = spellDocument(text, document);
    for (let at = 0; at < bytes.length; ) {
      const character = readCharacter(bytes, at);
      const [first, last] = [owners[at]!, owners[at + character.length - 1]!];
      const isLeadingSpace = use.inClass[first] === 0 && isSpace(character.codePoint) && owners[at + 1] === first;
      if (isInClass(character.codePoint)) use.inClass.fill(1, first, last + 1);
      else if (!isLeadingSpace) stranger.fill(1, first, last + 1);
      use.beginsWithin.fill(1, first + 1, last + 1);
      use.endsWithin.fill(1, first, last);
      at += character.length;
    }
  }
  for (let i = 0; i < length; i++) if (stranger[i] === 1) use.inClass[i] = 0;
  return use;
}

/** Each code point is looked at once. */
function createClassTest(characterClass: string): (codePoint: number) => boolean {
  const pattern = compileCharacterClass(characterClass)!;
  const known = new Map<number, boolean>();
  return (codePoint) => {
    const cached = known.get(codePoint);
    if (cached !== undefined) return cached;
    const result = codePoint >= 0 && pattern.test(String.fromCodePoint(codePoint));
    known.set(codePoint, result);
    return result;
  };
}

function isSpace(codePoint: number): boolean {
  return codePoint === 0x20 || (codePoint >= 0x09 && codePoint <= 0x0d);
}
