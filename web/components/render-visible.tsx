import type { ComponentChildren } from "preact";
import type { VisiblePart } from "../text/visible-text.ts";

/** Text in which signs for unseen characters stand back. No component: there is one for each token of a page. */
export function renderVisible(parts: readonly VisiblePart[]): ComponentChildren {
  return parts.map(({ text, kind }) => (kind === "plain" ? text : <span class="sign">{text}</span>));
}
