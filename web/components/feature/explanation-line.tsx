import type { ComponentChildren } from "preact";
import type { MedianEstimate } from "../../../src/numerics/median-interval.ts";
import type { Explanation } from "../../../src/server/api.ts";
import { formatSigned } from "../../text/format-number.ts";
import { SafeText } from "../safe-text.tsx";

/** What a method says about a feature, with its score and that of the features it usually explains, and how it was scored. */
export function ExplanationLine(props: {
  readonly explanation: Explanation;
  readonly median: MedianEstimate | undefined;
  readonly children: ComponentChildren;
}) {
  const { text, method, score, stale } = props.explanation;
  return (
    <>
      <p>
        <SafeText text={text} />{" "}
        <span class="note">
          {method}
          {score !== null && `, score ${formatSigned(score, 2)}`}
          {score !== null && props.median !== undefined && !stale && describeMedian(props.median)}
          {stale && ", about other weights of this dictionary"}
        </span>
      </p>
      {props.children}
    </>
  );
}

function describeMedian({ count, median, interval: [low, high] }: MedianEstimate): string {
  const [middle, from, to] = [median, low, high].map((value) => formatSigned(value, 2));
  return `; median of the ${count} features explained here ${middle} (95 %: ${from} to ${to})`;
}
