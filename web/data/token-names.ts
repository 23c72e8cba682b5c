import type { Vocabulary } from "../../src/server/api.ts";

/** How the token that separates documents is shown. */
export const SEPARATOR_TEXT = "<|endoftext|>";

/** The tokens of a run: bytes and text by id. */
export interface TokenNames {
  /** Number of tokens. */
  readonly size: number;
  readonly endOfText: number;
  readonly bytes: (id: number) => Uint8Array;
  /** The text of a token by itself; bytes that are not whole characters as `\xd8`. */
  readonly text: (id: number) => string;
}

/** Decodes a vocabulary; texts are made when they are first asked for. */
export function createTokenNames({ tokens, endOfText }: Vocabulary): TokenNames {
  const bytes = remember((id) =>
    id === endOfText ? new TextEncoder().encode(SEPARATOR_TEXT) : decodeBase64(tokens[id] ?? ""),
  );
  const text = remember((id) => renderBytes(bytes(id)));
  return { size: tokens.length, endOfText, bytes, text };
}

function remember<T>(make: (id: number) => T): (id: number) => T {
  const known = new Map<number, T>();
  return (id) => {
    const value = known.get(id) ?? make(id);
    known.set(id, value);
    return value;
  };
}

function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function renderBytes(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`,
    ).join("");
  }
}
