import type { ComponentChildren } from "preact";
import { nameEffect } from "../../text/effect-level.ts";
import type { TokenCluster } from "../../text/merge-tokens.ts";
import { showUnseen } from "../../text/visible-text.ts";
import { VisibleText } from "../visible-text.tsx";

const SHADES = 10;

/** A token within an example: shaded by the activation on it, underlined by what the feature did to its prediction. */
export function ExampleToken(props: {
  readonly cluster: TokenCluster;
  readonly activation: number;
  readonly maximum: number;
  /** In nats; 0 where it is unknown or not to be shown. */
  readonly effect: number;
  readonly isCentre: boolean;
  /** The address points at it. */
  readonly isPinned: boolean;
  readonly lineBreaks: boolean;
}) {
  const { cluster, activation, maximum, isCentre, isPinned } = props;
  const shade = activation > 0 ? Math.max(1, Math.ceil((activation / maximum) * SHADES)) : 0;
  const attributes = {
    class: `token shade-${shade} ${nameEffect(props.effect)} ${isCentre ? "centre" : ""} ${isPinned ? "pinned" : ""}`,
    tabIndex: -1,
    "data-start": cluster.start,
    "data-end": cluster.end,
    children: renderText(cluster.text, props.lineBreaks),
  };
  return shade > 0 ? <mark {...attributes} /> : <span {...attributes} />;
}

function renderText(text: string, lineBreaks: boolean): ComponentChildren {
  const parts = showUnseen(text);
  if (!lineBreaks || !text.includes("\n")) return <VisibleText parts={parts} />;
  return parts.map((part) =>
    part.text === "⏎" ? (
      <>
        <VisibleText parts={[part]} />
        {"\n"}
      </>
    ) : (
      <VisibleText parts={[part]} />
    ),
  );
}
