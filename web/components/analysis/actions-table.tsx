import type { MeanChange } from "../../../src/analysis/pinned-probability.ts";
import type { FeatureAction } from "../../../src/interpret/actions.ts";
import { formatCount, formatPercent } from "../../text/format-number.ts";
import { SafeText } from "../safe-text.tsx";
import { ScrollRegion } from "../scroll-region.tsx";

const COLUMNS = [
  "feature",
  "stands for",
  "precision",
  "recall",
  "is said to make likelier",
  "tokens",
  "their probability",
  "with the feature",
  "with a random step",
];

/** Features as results, by precision and recall, and as actions, by the change of the probability of what they should raise. */
export function ActionsTable(props: { readonly dictionary: string; readonly features: readonly FeatureAction[] }) {
  const { dictionary, features } = props;
  return (
    <ScrollRegion label="Features as results and as actions">
      <table class="figures actions-table">
        <thead>
          <tr>
            {COLUMNS.map((title) => (
              <th scope="col" key={title}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {features.map((action) => (
            <tr key={action.feature}>
              <th scope="row">
                <a href={`/d/${dictionary}/f/${action.feature}`}>{action.feature}</a>
              </th>
              <ResultCells dictionary={dictionary} action={action} />
              <ActionCells action={action} />
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function ResultCells({ dictionary, action }: { readonly dictionary: string; readonly action: FeatureAction }) {
  const { result } = action;
  if (result === null)
    return (
      <td class="soft" colSpan={3}>
        near no proxy
      </td>
    );
  return (
    <>
      <td>
        <a href={`/d/${dictionary}/specificity?proxy=${result.proxy}`}>{result.title}</a>
      </td>
      <td>{formatPercent(result.precision)}</td>
      <td>{formatPercent(result.recall)}</td>
    </>
  );
}

function ActionCells({ action: { rule, tokens, effect } }: { readonly action: FeatureAction }) {
  if (effect === null)
    return (
      <td class="soft" colSpan={5}>
        {rule === "" ? "no rule" : <SafeText text={`${rule}: of no other token`} />}
      </td>
    );
  return (
    <>
      <td class="words">
        <SafeText text={rule} />
      </td>
      <td>{formatCount(tokens)}</td>
      <td>{formatPercent(effect.before)}</td>
      <td>
        <Change {...effect.pinned} />
      </td>
      <td>
        <Change {...effect.control} />
      </td>
    </>
  );
}

function Change({ change, interval: [low, high] }: MeanChange) {
  const signed = (value: number) => `${value < 0 ? "−" : "+"}${formatPercent(Math.abs(value))}`;
  return (
    <>
      {signed(change)}{" "}
      <span class="soft">
        {signed(low)} to {signed(high)}
      </span>
    </>
  );
}
