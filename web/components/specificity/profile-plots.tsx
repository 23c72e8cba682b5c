import { LineChart } from "../../charts/line-chart.tsx";
import { StackedHistogram } from "../../charts/stacked-histogram.tsx";
import { type FoundProfile, listLevelShares } from "../../data/specificity-data.ts";
import { formatLevel, formatPercent } from "../../text/format-number.ts";

/** The paper's plots of a feature and a proxy: tokens by activation, the same weighted by activation, and the shares by level. */
export function ProfilePlots({ found }: { readonly found: FoundProfile }) {
  const { proxy, profile } = found;
  const common = { xLabel: "activation", rest: "other tokens", end: profile.maximum, format: formatEdge };
  return (
    <div class="profile-plots">
      <StackedHistogram
        {...common}
        title="Tokens by activation"
        unit="tokens"
        part={{ name: proxy.title, values: profile.positives }}
        whole={profile.counts}
      />
      <StackedHistogram
        {...common}
        title="Expected value"
        unit="summed activation"
        part={{ name: proxy.title, values: profile.positiveMass }}
        whole={profile.mass}
      />
      <LineChart
        title="Specificity and sensitivity"
        xLabel="activation"
        series={listLevelShares(found)}
        height={190}
        formatX={formatEdge}
        formatY={formatPercent}
      />
    </div>
  );
}

function formatEdge(value: number): string {
  return Number.isInteger(value) ? String(value) : formatLevel(value);
}
