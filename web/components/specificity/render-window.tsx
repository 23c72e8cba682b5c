import type { ComponentChildren } from "preact";
import { GRID_WINDOW } from "../../../src/analysis/specificity.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { mergeTokens } from "../../text/merge-tokens.ts";
import { showUnseen } from "../../text/visible-text.ts";
import { renderVisible } from "../render-visible.tsx";

/** The text around a firing with its token marked. */
export function renderWindow(tokens: readonly number[], names: TokenNames): ComponentChildren {
  const inside = tokens.findIndex((id) => id >= 0);
  const centre = GRID_WINDOW - inside;
  return mergeTokens(tokens.filter((id) => id >= 0).map(names.bytes)).map(({ start, end, text }) => {
    const shown = renderVisible(showUnseen(text));
    return start <= centre && centre < end ? <mark key={start}>{shown}</mark> : shown;
  });
}
