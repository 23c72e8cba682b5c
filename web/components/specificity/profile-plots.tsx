import type { LogitClasses } from "../../../src/analysis/token-classes.ts";
import { LineChart } from "../../charts/line-chart.tsx";
import { StackedHistogram } from "../../charts/stacked-histogram.tsx";
import { type FoundProfile, listLevelShares } from "../../data/specificity-data.ts";
import { formatLevel, formatPercent, formatSigned } from "../../text/format-number.ts";

/** The paper's plots of a feature and a proxy: tokens by activation, the same weighted by activation, the shares by level, the logits by class. */
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
      {profile.logits !== undefined && <LogitPlot name={proxy.title} logits={profile.logits} />}
    </div>
  );
}

/** What the feature does to the logits of the next token: those of the proxy beside the others. */
function LogitPlot({ name, logits }: { readonly name: string; readonly logits: LogitClasses }) {
  return (
    <StackedHistogram
      title="Effect on the next token"
      xLabel="logit weight"
      unit="tokens of the vocabulary"
      part={{ name, values: logits.positives }}
      rest="other tokens"
      whole={logits.counts}
      start={logits.minimum}
      end={logits.maximum}
      yScale="sqrt"
      format={(value) => formatSigned(value, 2)}
    />
  );
}

function formatEdge(value: number): string {
  return Number.isInteger(value) ? String(value) : formatLevel(value);
}
