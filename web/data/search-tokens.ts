import type { TokenNames } from "./token-names.ts";

/** The token that is exactly a text. */
export function findToken(names: TokenNames, text: string): number | undefined {
  if (text === "") return undefined;
  for (let id = 0; id < names.size; id++) if (id !== names.endOfText && names.text(id) === text) return id;
  return undefined;
}

/** Tokens that begin with a text, whatever its case and outer spaces: the exact one first, then the shorter ones. */
export function searchTokens(names: TokenNames, text: string, count: number): number[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const found: number[] = [];
  for (let id = 0; id < names.size; id++)
    if (id !== names.endOfText && names.text(id).trim().toLowerCase().startsWith(wanted)) found.push(id);
  const distance = (id: number) => (names.text(id) === text ? -1 : names.text(id).length);
  return found.sort((a, b) => distance(a) - distance(b) || a - b).slice(0, count);
}
