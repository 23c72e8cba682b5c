import { useMemo } from "preact/hooks";
import type { Example } from "../../src/features/feature-record.ts";
import type { Inspection } from "../data/inspection.ts";
import type { TokenNames } from "../data/token-names.ts";
import { formatSignificant } from "../text/format-number.ts";
import { mergeTokens } from "../text/merge-tokens.ts";
import { ExampleToken } from "./example-token.tsx";

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
          <ExampleToken
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
