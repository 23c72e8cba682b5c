import type { Draw } from "./draw.ts";
import { composeLines, type GeneratedKind } from "./generated-kind.ts";
import { composeBytes, composeEnglish, composeHost } from "./vocabulary.ts";

/** Base64 of English text and of random bytes: wrapped lines, PEM blocks, data URLs and tokens of three parts. */
export const base64: GeneratedKind = {
  domain: "base64",
  lang: "zxx",
  share: 0.01,
  compose(draw) {
    const format = draw.pick([formatWrapped, formatWrapped, formatWrapped, formatPem, formatDataUrl, formatTokens]);
    return format(draw);
  },
};

function encode(draw: Draw, bytes: number): string {
  if (draw.isLikely(0.5)) return Buffer.from(composeBytes(draw, bytes)).toString("base64");
  let text = "";
  while (text.length < bytes) text += `${composeEnglish(draw)} `;
  return Buffer.from(text).toString("base64");
}

function wrap(encoded: string, width: number): string {
  return composeLines(Math.ceil(encoded.length / width), (line) => encoded.slice(line * width, (line + 1) * width));
}

function formatWrapped(draw: Draw): string {
  return wrap(encode(draw, draw.between(600, 3000)), draw.pick([60, 64, 76, 76]));
}

function formatPem(draw: Draw): string {
  const kind = draw.pick(["CERTIFICATE", "PUBLIC KEY", "CERTIFICATE REQUEST"]);
  return `-----BEGIN ${kind}-----\n${wrap(encode(draw, draw.between(600, 1600)), 64)}-----END ${kind}-----\n`;
}

function formatDataUrl(draw: Draw): string {
  const type = draw.pick(["image/png", "image/gif", "font/woff2", "image/jpeg", "application/octet-stream"]);
  const url = `data:${type};base64,${encode(draw, draw.between(600, 2400))}`;
  return draw.isLikely(0.5) ? `<img alt="" src="${url}">\n` : `.icon { background-image: url(${url}); }\n`;
}

function formatTokens(draw: Draw): string {
  const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString("base64url");
  return composeLines(draw.between(4, 10), () => {
    const claims = `{"sub":"${draw.between(1, 99_999)}","iss":"${composeHost(draw)}"}`;
    const signature = Buffer.from(composeBytes(draw, 32)).toString("base64url");
    return `Authorization: Bearer ${header}.${Buffer.from(claims).toString("base64url")}.${signature}`;
  });
}
