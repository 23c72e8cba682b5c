import { showToken } from "../text/visible-text.ts";
import { renderVisible } from "./render-visible.tsx";

/** A token by itself, its outer spaces visible. */
export function TokenChip({ text }: { readonly text: string }) {
  return <bdi class="token-chip">{renderVisible(showToken(text))}</bdi>;
}
