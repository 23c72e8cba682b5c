import { type Example, type ExampleGroup, type FeatureRecord, INTERVALS } from "../../src/features/feature-record.ts";
import { formatCount, formatLevel } from "../text/format-number.ts";
import { classifyFeature } from "./feature-state.ts";

/** A group of examples as the page shows it. */
export interface ShownGroup {
  /** `top`, `interval-1` to `interval-11`, `bottom`, `random`, `near-miss`, or `all` for a feature that fired rarely. */
  readonly name: string;
  readonly title: string;
  readonly note: string;
  readonly examples: readonly Example[];
}

/** Up to this many firings all of them are shown, and intervals would only repeat them. */
const FEW_FIRINGS = 20;

/** The groups of a feature; of one that fired rarely all its examples in one group instead of intervals. */
export function listShownGroups(record: FeatureRecord, tokens: number): ShownGroup[] {
  const rare = record.firings <= FEW_FIRINGS || classifyFeature(record.firings, tokens) === "ultralow";
  if (!rare) return record.groups.map((group) => showGroup(group, record.maximum));
  const silent = record.groups.filter(({ kind }) => kind === "bottom" || kind === "near-miss");
  return [gatherFirings(record), ...silent.map((group) => showGroup(group, record.maximum))];
}

/** The effect of a feature on the token at a place of an example's window; 0 for the window's first, null where unknown. */
export function effectOnToken({ effects }: Example, place: number): number | null {
  return effects && (place === 0 ? 0 : effects[place - 1]!);
}

/** Examples by how much the feature helped to predict the token after the centre, the most helped first. */
export function sortByEffect(examples: readonly Example[]): Example[] {
  const effect = ({ effects, tokens }: Example) => effects?.[(tokens.length - 1) / 2] ?? 0;
  return examples.toSorted((a, b) => effect(b) - effect(a));
}

/** Examples that fire on the same tokens, as runs: the first of each, and those like it. */
export function foldRepeats(examples: readonly Example[]): { readonly first: Example; readonly alike: Example[] }[] {
  const byTokens = Map.groupBy(examples, ({ tokens, activations }) => {
    const centre = tokens[(tokens.length - 1) / 2];
    return `${centre}:${tokens.filter((_, place) => activations[place]! > 0).join()}`;
  });
  return [...byTokens.values()].map(([first, ...alike]) => ({ first: first!, alike }));
}

function gatherFirings({ groups, firings }: FeatureRecord): ShownGroup {
  const byPlace = new Map<string, Example>();
  for (const group of groups)
    if (group.kind === "top" || group.kind === "interval" || group.kind === "random")
      for (const example of group.examples) {
        const place = `${example.context}.${example.position}`;
        const known = byPlace.get(place);
        if (known === undefined || known.repeats < example.repeats) byPlace.set(place, example);
      }
  const centre = ({ activations }: Example) => activations[(activations.length - 1) / 2]!;
  const examples = [...byPlace.values()].sort((a, b) => centre(b) - centre(a));
  const found = examples.reduce((sum, { repeats }) => sum + repeats, 0);
  const title = found >= firings ? `All ${formatCount(firings)} firings` : `${formatCount(found)} of its firings`;
  const note = `it fired ${formatCount(firings)} ${firings === 1 ? "time" : "times"}: too rarely for intervals`;
  return { name: "all", title, note, examples };
}

function showGroup(group: ExampleGroup, maximum: number): ShownGroup {
  const { kind, examples } = group;
  switch (kind) {
    case "top":
      return { name: kind, title: "Top activations", note: `up to ${formatLevel(maximum)}`, examples };
    case "bottom":
      return { name: kind, title: "Bottom", note: "random tokens on which it is silent", examples };
    case "random":
      return { name: kind, title: "Random firings", note: "drawn evenly from all tokens it fires on", examples };
    case "near-miss":
      return { name: kind, title: "Near misses", note: "silent, although a token of the top activations", examples };
    case "interval":
      return showInterval(group.interval, examples, maximum);
    default:
      return kind satisfies never;
  }
}

function showInterval(interval: number, examples: readonly Example[], maximum: number): ShownGroup {
  const edge = (index: number) => formatLevel((maximum * index) / INTERVALS);
  return {
    name: `interval-${interval + 1}`,
    title: `Interval ${interval + 1}`,
    note: `${edge(interval)} to ${edge(interval + 1)}`,
    examples,
  };
}
