/** GPT-2's bytes as printable characters (Radford et al. 2019, encoder.py), in which `tokenizer.json` writes its tokens. */
export interface ByteAlphabet {
  render(bytes: Uint8Array): string;
  /** The bytes of a token, or undefined where a character belongs to no byte. */
  parse(token: string): Uint8Array | undefined;
}

/** The alphabet: printable Latin-1 stands for itself, every other byte for the characters from U+0100 on, in order. */
export function createByteAlphabet(): ByteAlphabet {
  let shifted = 0x100;
  const characters = Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : shifted++),
  );
  const byteOf = new Map(characters.map((character, byte) => [character, byte]));
  return {
    render: (bytes) => Array.from(bytes, (byte) => characters[byte]).join(""),
    parse: (token) => {
      const bytes = Array.from(token, (character) => byteOf.get(character) ?? -1);
      return bytes.includes(-1) ? undefined : Uint8Array.from(bytes);
    },
  };
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}
