import { showToken } from "../text/visible-text.ts";
import { VisibleText } from "./visible-text.tsx";

/** A token by itself, its outer spaces visible. */
export function TokenChip({ text }: { readonly text: string }) {
  return (
    <bdi class="token-chip">
      <VisibleText parts={showToken(text)} />
    </bdi>
  );
}
