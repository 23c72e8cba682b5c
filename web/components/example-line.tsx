import { useMemo } from "preact/hooks";
import type { Example } from "../../src/features/feature-record.ts";
import type { Inspection } from "../data/inspection.ts";
import type { TokenNames } from "../data/token-names.ts";
import { formatSignificant } from "../text/format-number.ts";
import { mergeTokens, type TokenCluster } from "../text/merge-tokens.ts";
import { showUnseen } from "../text/visible-text.ts";
import { VisibleText } from "./visible-text.tsx";

const SHADES = 10;

/** What an example line needs. */
export interface ExampleLineProps {
  readonly example: Example;
  readonly maximum: number;
  readonly names: TokenNames;
  readonly onInspect: (inspection: Inspection | undefined) => void;
}

/** A window of text, each token shaded by how strongly the feature fires on it. Arrow keys go from token to token. */
export function ExampleLine({ example, maximum, names, onInspect }: ExampleLineProps) {
  const inside = example.tokens.findIndex((id) => id >= 0);
  const clusters = useMemo(
    () => mergeTokens(example.tokens.filter((id) => id >= 0).map(names.bytes)),
    [example, names],
  );
  const centre = (example.tokens.length - 1) / 2;
  return (
    <li class="example">
      <span class="example-value">{formatSignificant(example.activations[centre]!)}</span>
      <p class="example-text" dir="auto" onKeyDown={moveFocus} onMouseLeave={() => onInspect(undefined)}>
        {clusters.map((cluster) => (
          <Token
            key={cluster.start}
            cluster={cluster}
            activation={Math.max(...example.activations.slice(inside + cluster.start, inside + cluster.end))}
            maximum={maximum}
            isCentre={centre >= inside + cluster.start && centre < inside + cluster.end}
            onInspect={() => onInspect({ example, start: inside + cluster.start, end: inside + cluster.end })}
          />
        ))}
      </p>
      {example.repeats > 1 && (
        <span class="repeats" title={`${example.repeats} places have exactly these tokens`}>
          ×{example.repeats}
        </span>
      )}
    </li>
  );
}

function Token({
  cluster,
  activation,
  maximum,
  isCentre,
  onInspect,
}: {
  readonly cluster: TokenCluster;
  readonly activation: number;
  readonly maximum: number;
  readonly isCentre: boolean;
  readonly onInspect: () => void;
}) {
  const shade = activation > 0 ? Math.max(1, Math.ceil((activation / maximum) * SHADES)) : 0;
  const props = {
    class: `token shade-${shade}${isCentre ? " centre" : ""}`,
    tabIndex: isCentre ? 0 : -1,
    onMouseEnter: onInspect,
    onFocus: onInspect,
    children: <VisibleText parts={showUnseen(cluster.text)} />,
  };
  return shade > 0 ? <mark {...props} /> : <span {...props} />;
}

function moveFocus(event: KeyboardEvent): void {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const token = event.target as HTMLElement;
  const rightToLeft = getComputedStyle(token).direction === "rtl";
  const forward = (event.key === "ArrowRight") !== rightToLeft;
  const next = forward ? token.nextElementSibling : token.previousElementSibling;
  event.preventDefault();
  event.stopPropagation();
  if (next instanceof HTMLElement) next.focus();
}
