import type { ComponentChildren } from "preact";
import type { TokenNames } from "../data/token-names.ts";
import { mergeTokens } from "../text/merge-tokens.ts";
import { showUnseen } from "../text/visible-text.ts";
import { renderVisible } from "./render-visible.tsx";

/** The text of a window of tokens, -1 beyond its context, with the one in the middle marked. */
export function renderWindow(tokens: readonly number[], names: TokenNames): ComponentChildren {
  const inside = tokens.findIndex((id) => id >= 0);
  const centre = (tokens.length - 1) / 2 - inside;
  return mergeTokens(tokens.filter((id) => id >= 0).map(names.bytes)).map(({ start, end, text }) => {
    const shown = renderVisible(showUnseen(text));
    return start <= centre && centre < end ? <mark key={start}>{shown}</mark> : shown;
  });
}
