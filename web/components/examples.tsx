import { useState } from "preact/hooks";
import { type ExampleGroup, type FeatureRecord, INTERVALS } from "../../src/features/feature-record.ts";
import type { Inspection } from "../data/inspection.ts";
import type { TokenNames } from "../data/token-names.ts";
import { formatSignificant } from "../text/format-number.ts";
import { ExampleLine } from "./example-line.tsx";
import { Inspector } from "./inspector.tsx";

/** Where a feature fires: its strongest examples, then some from each interval of activation, then where it is silent. */
export function Examples({ record, names }: { readonly record: FeatureRecord; readonly names: TokenNames }) {
  const [inspection, setInspection] = useState<Inspection>();
  const { maximum } = record;
  return (
    <section class="examples card" aria-labelledby="examples-title">
      <h2 id="examples-title">Examples</h2>
      <div class="groups">
        {record.groups.map((group) => (
          <section class={`group ${group.kind}`} key={nameGroup(group)} data-group={nameGroup(group)}>
            <h3>
              {titleGroup(group)} <small>{describeGroup(group, maximum)}</small>
            </h3>
            <ol>
              {group.examples.map((example) => (
                <ExampleLine
                  key={`${example.context}-${example.position}`}
                  example={example}
                  maximum={maximum}
                  names={names}
                  onInspect={setInspection}
                />
              ))}
            </ol>
          </section>
        ))}
      </div>
      <Inspector inspection={inspection} maximum={maximum} names={names} />
    </section>
  );
}

function nameGroup(group: ExampleGroup): string {
  return group.kind === "interval" ? `interval-${group.interval}` : group.kind;
}

function titleGroup(group: ExampleGroup): string {
  switch (group.kind) {
    case "top":
      return "Top activations";
    case "bottom":
      return "Bottom activations";
    case "interval":
      return `Interval ${group.interval + 1} of ${INTERVALS}`;
    case "random":
      return "Random firings";
    case "near-miss":
      return "Near misses";
    default:
      return group satisfies never;
  }
}

function describeGroup(group: ExampleGroup, maximum: number): string {
  if (group.kind === "top") return `up to ${formatSignificant(maximum)}`;
  if (group.kind === "random") return "drawn evenly from all tokens on which it fires";
  if (group.kind === "near-miss") return "silent on a token of the top activations";
  if (group.kind !== "interval") return "random tokens on which it is silent";
  const edge = (index: number) => formatSignificant((maximum * index) / INTERVALS);
  return `${edge(group.interval)} to ${edge(group.interval + 1)}`;
}
