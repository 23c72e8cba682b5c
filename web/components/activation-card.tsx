import type { FeatureRecord } from "../../src/features/feature-record.ts";
import { Histogram } from "../charts/histogram.tsx";
import { formatCount, formatSignificant } from "../text/format-number.ts";

/** How strongly a feature fires when it does. */
export function ActivationCard({ record }: { readonly record: FeatureRecord }) {
  const { firings, sum, sumOfSquares, maximum, histogram } = record;
  const mean = sum / firings;
  return (
    <section class="card">
      <Histogram
        title="Activations above zero"
        xLabel="activation"
        unit="tokens"
        counts={histogram}
        start={0}
        end={maximum}
        yScale="sqrt"
        format={formatLevel}
      />
      <p class="note">
        {formatCount(firings)} tokens, mean {formatSignificant(mean)}, root mean square{" "}
        {formatSignificant(Math.sqrt(sumOfSquares / firings))}; heights on a square-root scale.
      </p>
    </section>
  );
}

function formatLevel(value: number): string {
  return Number.isInteger(value) ? String(value) : formatSignificant(value, 3);
}
