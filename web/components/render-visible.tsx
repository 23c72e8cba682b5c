import type { VisiblePart } from "../text/visible-text.ts";

/** Text in which signs for unseen characters stand back. */
export function VisibleText({ parts }: { readonly parts: readonly VisiblePart[] }) {
  return <>{parts.map(({ text, kind }) => (kind === "plain" ? text : <span class="sign">{text}</span>))}</>;
}
