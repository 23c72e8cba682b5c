import type { Draw } from "./draw.ts";
import { composeLines, type GeneratedKind } from "./generated-kind.ts";
import { ADJECTIVES, composeHex, composeHost, NOUNS } from "./vocabulary.ts";

/** Lists of links: plain, as Markdown, as HTML anchors and as a site map; with paths, queries and fragments. */
export const urls: GeneratedKind = {
  domain: "urls",
  lang: "zxx",
  share: 0.01,
  compose(draw) {
    const present = draw.pick([
      (url: string) => url,
      (url: string) => url,
      (url: string) => `- [${draw.pick(ADJECTIVES)} ${draw.pick(NOUNS)}](${url})`,
      (url: string) => `<li><a href="${url.replaceAll("&", "&amp;")}">${draw.pick(NOUNS)}</a></li>`,
      (url: string) => `  <url><loc>${url.replaceAll("&", "&amp;")}</loc></url>`,
    ]);
    const host = draw.isLikely(0.3) ? composeHost(draw) : undefined;
    return composeLines(draw.between(15, 60), () => present(composeUrl(draw, host ?? composeHost(draw))));
  },
};

/** A made-up address at `host`. */
export function composeUrl(draw: Draw, host: string): string {
  const path = Array.from({ length: draw.between(0, 3) }, () => composeSegment(draw));
  const page = draw.pick([
    "",
    "/",
    ".html",
    ".php",
    `-${draw.between(1, 9999)}`,
    `/${draw.between(1990, 2030)}`,
    ".pdf",
  ]);
  const query = draw.isLikely(0.35) ? `?${composeQuery(draw)}` : "";
  const fragment = draw.isLikely(0.1) ? `#${draw.pick(NOUNS)}` : "";
  const scheme = draw.isLikely(0.85) ? "https" : "http";
  return `${scheme}://${host}/${path.join("/")}${path.length > 0 ? page : ""}${query}${fragment}`;
}

function composeSegment(draw: Draw): string {
  return draw.pick([
    draw.pick(NOUNS),
    `${draw.pick(ADJECTIVES)}-${draw.pick(NOUNS)}`,
    `${draw.pick(NOUNS)}s`,
    draw.pick(["en", "blog", "wiki", "news", "assets", "static", "product", "category", "tag", "user", "v1", "search"]),
    String(draw.between(1, 99_999)),
    `${draw.pick(NOUNS)}_${draw.pick(NOUNS)}`,
  ]);
}

function composeQuery(draw: Draw): string {
  const pairs = Array.from({ length: draw.between(1, 3) }, () => {
    const value = draw.pick([draw.pick(NOUNS), String(draw.between(1, 500)), composeHex(draw, 8), "true"]);
    return `${draw.pick(["id", "q", "page", "ref", "lang", "sort", "utm_source", "v", "token", "limit"])}=${value}`;
  });
  return pairs.join("&");
}
