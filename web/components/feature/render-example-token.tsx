import type { ComponentChildren, JSX } from "preact";
import { nameEffect } from "../../text/effect-level.ts";
import type { TokenCluster } from "../../text/merge-tokens.ts";
import { showUnseen } from "../../text/visible-text.ts";
import { renderVisible } from "../render-visible.tsx";

const SHADES = 10;

/** A token within an example, with what is to be seen of it. */
export interface ShownToken {
  readonly cluster: TokenCluster;
  readonly activation: number;
  readonly maximum: number;
  /** In nats; 0 where it is unknown or not to be shown. */
  readonly effect: number;
  readonly isCentre: boolean;
  /** The address points at it. */
  readonly isPinned: boolean;
  /** The reader's rule matches it. */
  readonly isRuled: boolean;
  readonly lineBreaks: boolean;
}

/**
 * A token within an example: shaded by the activation on it, underlined by what the feature did to its prediction. No component:
 * a page has thousands.
 */
export function renderExampleToken(token: ShownToken): JSX.Element {
  const { cluster, activation, maximum, isCentre, isPinned } = token;
  const shade = activation > 0 ? Math.max(1, Math.ceil((activation / maximum) * SHADES)) : 0;
  const attributes = {
    class: `token shade-${shade} ${nameEffect(token.effect)} ${isCentre ? "centre" : ""} ${isPinned ? "pinned" : ""} ${token.isRuled ? "ruled" : ""}`,
    tabIndex: -1,
    "data-start": cluster.start,
    "data-end": cluster.end,
    children: renderText(cluster.text, token.lineBreaks),
  };
  return shade > 0 ? <mark key={cluster.start} {...attributes} /> : <span key={cluster.start} {...attributes} />;
}

function renderText(text: string, lineBreaks: boolean): ComponentChildren {
  const shown = renderVisible(showUnseen(text));
  if (!lineBreaks || !text.includes("\n")) return shown;
  return showUnseen(text).map((part) => (part.text === "⏎" ? [renderVisible([part]), "\n"] : renderVisible([part])));
}
