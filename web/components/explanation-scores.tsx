import type { MedianEstimate } from "../../src/numerics/median-interval.ts";
import { formatSigned } from "../text/format-number.ts";
import { MetricTable } from "./metric-table.tsx";

/** How well each method's explanations predict the features they explain. */
export function ExplanationScores({ medians }: { readonly medians: ReadonlyMap<string, MedianEstimate> }) {
  if (medians.size === 0) return null;
  const rows = [...medians].map(
    ([
      method,
      {
        count,
        median,
        interval: [low, high],
      },
    ]) => ({
      name: `${method}, ${count} features`,
      value: formatSigned(median, 2),
      interval: `${formatSigned(low, 2)} to ${formatSigned(high, 2)}`,
    }),
  );
  return (
    <div class="card">
      <h2>Explanations</h2>
      <MetricTable caption="Median score of explanations, by method" rows={rows} />
      <p class="note">
        Median rank correlation of predicted and true activations on text an explanation was not found from; a constant
        prediction scores 0.
      </p>
    </div>
  );
}
