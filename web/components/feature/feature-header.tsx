import type { ComponentChildren } from "preact";
import type { FeatureRecord } from "../../../src/features/feature-record.ts";
import { wilsonInterval } from "../../../src/numerics/wilson-interval.ts";
import { classifyFeature } from "../../data/feature-state.ts";
import { formatCount, formatDensity, formatLevel } from "../../text/format-number.ts";
import { StateBadge } from "../state-badge.tsx";

/** Which feature this is and how often it fires. */
export function FeatureHeader(props: {
  readonly feature: number;
  readonly record: FeatureRecord | undefined;
  readonly tokens: number | undefined;
  readonly label: ComponentChildren;
  readonly pager: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const { feature, record, tokens } = props;
  return (
    <div class="page-head feature-head">
      <h1>Feature {feature}</h1>
      {record !== undefined && tokens !== undefined && <StateBadge state={classifyFeature(record.firings, tokens)} />}
      {props.label}
      {props.pager}
      {record !== undefined && tokens !== undefined && <p class="lead">{describe(record, tokens)}</p>}
      {props.children}
    </div>
  );
}

function describe({ firings, maximum }: FeatureRecord, tokens: number): string {
  if (firings === 0)
    return (
      `This feature did not fire in ${formatCount(tokens)} tokens of held-out text. ` +
      `With 95 % confidence its density is below ${formatDensity(3 / tokens)} (the rule of three).`
    );
  const [low, high] = wilsonInterval(firings / tokens, tokens);
  return (
    `Fires on ${formatDensity(firings / tokens)} of tokens ` +
    `(95 % interval ${formatDensity(low)} to ${formatDensity(high)}; ${formatCount(firings)} of ${formatCount(tokens)}), ` +
    `at most with ${formatLevel(maximum)}.`
  );
}
