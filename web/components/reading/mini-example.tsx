import { useMemo } from "preact/hooks";
import type { Example } from "../../../src/features/feature-record.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { formatSignificant } from "../../text/format-number.ts";
import { mergeTokens } from "../../text/merge-tokens.ts";
import { showUnseen } from "../../text/visible-text.ts";
import { renderVisible } from "../render-visible.tsx";
import { shadeClass } from "./shade.ts";

/** An example of a feature in one line, to look at only. */
export function MiniExample({
  example: { tokens, activations },
  maximum,
  names,
}: {
  readonly example: Pick<Example, "tokens" | "activations">;
  readonly maximum: number;
  readonly names: TokenNames;
}) {
  const inside = tokens.findIndex((id) => id >= 0);
  const clusters = useMemo(() => mergeTokens(tokens.filter((id) => id >= 0).map(names.bytes)), [tokens, names]);
  return (
    <li class="mini-example">
      <span class="example-value">{formatSignificant(activations[(tokens.length - 1) / 2]!)}</span>
      <p class="example-text" dir="auto">
        {clusters.map(({ start, end, text }) => {
          const strongest = Math.max(...activations.slice(inside + start, inside + end));
          return (
            <span class={shadeClass(strongest / maximum)} key={start}>
              {renderVisible(showUnseen(text))}
            </span>
          );
        })}
      </p>
    </li>
  );
}
