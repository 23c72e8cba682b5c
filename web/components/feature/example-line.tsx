import { useContext, useMemo } from "preact/hooks";
import type { Example } from "../../../src/features/feature-record.ts";
import { effectOnToken } from "../../data/example-groups.ts";
import type { FeatureView } from "../../data/feature-view.ts";
import { RuleContext } from "../../data/rule-context.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { formatLevel } from "../../text/format-number.ts";
import { mergeTokens, type TokenCluster } from "../../text/merge-tokens.ts";
import { renderExampleToken } from "./render-example-token.tsx";

/** What an example line needs. */
export interface ExampleLineProps {
  readonly example: Example;
  /** Its number within its group. */
  readonly number: number;
  readonly maximum: number;
  readonly names: TokenNames;
  readonly view: FeatureView;
  /** The place an address points at. */
  readonly pinned: number | undefined;
}

/** A window of text, each token shaded by how strongly the feature fires on it. */
export function ExampleLine({ example, number, maximum, names, view, pinned }: ExampleLineProps) {
  const clusters = useMemo(() => clusterWindow(example, names), [example, names]);
  const rule = useContext(RuleContext);
  const marks = rule.kind === "marked" ? rule.marks.get(example) : undefined;
  const centre = (example.tokens.length - 1) / 2;
  const value = (view.order === "effect" ? example.effects?.[centre] : undefined) ?? example.activations[centre]!;
  return (
    <li class="example" data-example={number}>
      <span class="example-value">{formatLevel(value)}</span>
      <p class="example-text" dir="auto">
        <span class="example-line">
          {clusters.map((cluster) =>
            renderExampleToken({
              cluster,
              activation: Math.max(...example.activations.slice(cluster.start, cluster.end)),
              maximum,
              effect: view.effects !== "none" ? sumEffects(example, cluster.start, cluster.end) : 0,
              isCentre: holds(cluster, centre),
              isRuled: marks?.subarray(cluster.start, cluster.end).includes(1) === true,
              isPinned: pinned !== undefined && holds(cluster, pinned),
              lineBreaks: view.lineBreaks && view.layout !== "stack",
            }),
          )}
        </span>
      </p>
      {example.repeats > 1 && (
        <span class="repeats" title={`${example.repeats} places have exactly these tokens around it`}>
          ×{example.repeats}
        </span>
      )}
    </li>
  );
}

/** The tokens of an example's window that lie in its context, as they can be shown, by their places in the window. */
function clusterWindow({ tokens }: Example, names: TokenNames): TokenCluster[] {
  const inside = tokens.findIndex((id) => id >= 0);
  return mergeTokens(tokens.filter((id) => id >= 0).map(names.bytes)).map(({ start, end, text }) => ({
    start: inside + start,
    end: inside + end,
    text,
  }));
}

/** What a feature did to predicting several tokens is what it did to each of them together. */
function sumEffects(example: Example, start: number, end: number): number {
  let sum = 0;
  for (let place = start; place < end; place++) sum += effectOnToken(example, place) ?? 0;
  return sum;
}

function holds({ start, end }: TokenCluster, place: number): boolean {
  return place >= start && place < end;
}
