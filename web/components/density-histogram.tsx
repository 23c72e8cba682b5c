import type { DensityHistogram as Bins } from "../../src/metrics/feature-density.ts";
import { Histogram } from "../charts/histogram.tsx";
import { formatCount, formatPowerOfTen } from "../text/format-number.ts";

/** How many features fire how often, on a logarithmic scale; each bar may lead to its features. */
export function DensityHistogram(props: {
  readonly bins: Bins;
  /** The address of the features between two densities. */
  readonly address?: ((least: number, below: number) => string) | undefined;
}) {
  const { first, width, counts, silent } = props.bins;
  const { address } = props;
  const end = first + width * counts.length;
  const ticks = Array.from({ length: Math.floor(end) - Math.ceil(first) + 1 }, (_, index) => Math.ceil(first) + index);
  return (
    <>
      <Histogram
        title="Feature densities"
        xLabel="share of tokens a feature fires on"
        unit="features"
        counts={counts}
        start={first}
        end={end}
        height={220}
        ticks={ticks.filter((exponent) => exponent % 2 === 0)}
        format={formatExponent}
        address={
          address &&
          ((bin) =>
            address(10 ** (first + width * bin), bin === counts.length - 1 ? 2 : 10 ** (first + width * (bin + 1))))
        }
      />
      <p class="note">
        {silent === 0 ? "Every feature fired." : `${formatCount(silent)} features never fired and are in no bar.`}
        {address !== undefined && " A bar leads to its features."}
      </p>
    </>
  );
}

function formatExponent(exponent: number): string {
  if (Number.isInteger(exponent)) return formatPowerOfTen(exponent);
  return (10 ** exponent).toExponential(1).replace("e", " × 10^");
}
