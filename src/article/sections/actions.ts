import { ANALYSES } from "../../analysis/analyses.ts";
import type { MeanChange } from "../../analysis/pinned-probability.ts";
import { type Actions, type FeatureAction, tellActions } from "../../interpret/actions.ts";
import type { Section } from "../article.ts";
import { type Subject, tellAnalysis } from "../subject.ts";
import { formatCount, formatShare } from "../words.ts";

/** Features as results and as actions. */
export function tellFeatureActions(subject: Subject): Section {
  return tellAnalysis<Actions>(subject, { name: "actions", title: ANALYSES.actions.title }, (found) => [
    { kind: "text", text: tellActions(found) },
    {
      kind: "table",
      caption:
        "Change of the probability of predicted tokens when a feature is held at its largest activation, with 95 % intervals",
      columns: [
        "feature",
        "stands for",
        "precision",
        "recall",
        "is said to make likelier",
        "tokens",
        "before",
        "with the feature",
        "with a random step",
      ],
      rows: found.features.filter(({ effect }) => effect !== null).map(tabulate),
    },
  ]);
}

function tabulate({ feature, result, rule, tokens, effect }: FeatureAction): string[] {
  const change = ({ change: mean, interval: [low, high] }: MeanChange) =>
    `${formatShare(mean, 2)} (${formatShare(low, 2)} to ${formatShare(high, 2)})`;
  return [
    String(feature),
    ...(result === null ? ["", "", ""] : [result.title, formatShare(result.precision), formatShare(result.recall)]),
    rule,
    formatCount(tokens),
    ...(effect === null
      ? ["", "", ""]
      : [formatShare(effect.before, 2), change(effect.pinned), change(effect.control)]),
  ];
}
