import { UnusableFileError } from "./unusable-file-error.ts";

/** Says what is wrong with bytes that begin at byte `offset` of a file: UTF-16, a NUL byte, or not UTF-8. */
export function describeNotText(bytes: Uint8Array, offset: number): UnusableFileError {
  const nul = bytes.indexOf(0);
  const isWide = offset === 0 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff));
  const range = `invalid bytes between ${offset} and ${offset + bytes.length}`;
  if (isWide) return new UnusableFileError("binary", "is UTF-16 text");
  if (nul >= 0) return new UnusableFileError("binary", `is binary (NUL byte at ${offset + nul})`);
  return new UnusableFileError("binary", `is not UTF-8 text (${range})`);
}

/** Decodes a stream of UTF-8 bytes, without its byte order mark; throws UnusableFileError on NUL bytes and invalid UTF-8. */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let offset = 0;
  for await (const chunk of chunks) {
    if (chunk.includes(0)) throw describeNotText(chunk, offset);
    let text: string;
    try {
      text = decoder.decode(chunk, { stream: true });
    } catch {
      throw describeNotText(chunk, offset);
    }
    offset += chunk.length;
    if (text !== "") yield text;
  }
  try {
    decoder.decode();
  } catch {
    throw new UnusableFileError("binary", `is not UTF-8 text (it ends at byte ${offset} in the middle of a character)`);
  }
}
