import { escapeText, renderDataBlock } from "../site/feature-document.ts";
import type { Article } from "./article.ts";

/** The article as one HTML file that needs nothing else: the built template with the article within it. */
export function renderArticle(template: string, article: Article): string {
  return template
    .replace("%TITLE%", () => escapeText(article.title))
    .replace("%ARTICLE%", () => renderDataBlock(article));
}
