import type { Draw } from "./draw.ts";
import { composeLines, type GeneratedKind } from "./generated-kind.ts";
import { composeBytes, composeEnglish, composeHex, NOUNS } from "./vocabulary.ts";

/** Hexadecimal: dumps of text and of random bytes, bare strings, checksum lists, C arrays, identifiers and colours. */
export const hexadecimal: GeneratedKind = {
  domain: "hexadecimal",
  lang: "zxx",
  share: 0.01,
  compose(draw) {
    const format = draw.pick([formatDump, formatBare, formatBare, formatChecksums, formatArray, formatIdentifiers]);
    return format(draw);
  },
};

function composeContent(draw: Draw, bytes: number): Uint8Array {
  if (draw.isLikely(0.6)) return composeBytes(draw, bytes);
  let text = "";
  while (text.length < bytes) text += `${composeEnglish(draw)} `;
  return Buffer.from(text).subarray(0, bytes);
}

function formatDump(draw: Draw): string {
  const content = composeContent(draw, 16 * draw.between(12, 50));
  return composeLines(content.length / 16, (line) => {
    const bytes = content.subarray(line * 16, line * 16 + 16);
    const pairs = Buffer.from(bytes).toString("hex").match(/../g)!;
    const shown = Buffer.from(bytes.map((byte) => (byte >= 32 && byte < 127 ? byte : 46))).toString("latin1");
    const offset = (line * 16).toString(16).padStart(8, "0");
    return `${offset}  ${pairs.slice(0, 8).join(" ")}  ${pairs.slice(8).join(" ")}  |${shown}|`;
  });
}

function formatBare(draw: Draw): string {
  const digits = Buffer.from(composeContent(draw, draw.between(500, 2000))).toString("hex");
  const text = draw.isLikely(0.25) ? digits.toUpperCase() : digits;
  const width = draw.pick([32, 64, 80, text.length]);
  return composeLines(Math.ceil(text.length / width), (line) => text.slice(line * width, (line + 1) * width));
}

function formatChecksums(draw: Draw): string {
  const width = draw.pick([32, 40, 64]);
  return composeLines(draw.between(12, 40), () => {
    const extension = draw.pick(["tar.gz", "zip", "txt", "png", "deb", "iso"]);
    return `${composeHex(draw, width)}  ${draw.pick(NOUNS)}-${draw.between(1, 20)}.${extension}`;
  });
}

function formatArray(draw: Draw): string {
  const lines = composeLines(draw.between(12, 40), () => {
    const bytes = Array.from({ length: 12 }, () => `0x${composeHex(draw, 2)}`);
    return `  ${bytes.join(", ")},`;
  });
  return `static const unsigned char ${draw.pick(NOUNS)}_${composeHex(draw, 4)}[] = {\n${lines}};\n`;
}

function formatIdentifiers(draw: Draw): string {
  return composeLines(draw.between(15, 45), () => {
    const uuid = [8, 4, 4, 4, 12].map((count) => composeHex(draw, count)).join("-");
    return draw.pick([uuid, uuid, `#${composeHex(draw, 6)};`, `0x${composeHex(draw, 16)}`, composeHex(draw, 40)]);
  });
}
