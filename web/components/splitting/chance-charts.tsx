import type { ShareEstimate, Splitting } from "../../../src/analysis/splitting.ts";
import { LineChart } from "../../charts/line-chart.tsx";
import { formatCount, formatPercent } from "../../text/format-number.ts";

/** For each link of two sizes the share of features with a parent as the threshold rises, beside what chance links. */
export function ChanceCharts({ splitting }: { readonly splitting: Splitting }) {
  const { levels, links } = splitting;
  return (
    <>
      {links.map(({ statistics }, index) => (
        <LineChart
          key={index}
          title={`Of ${formatCount(levels[index + 1]!.features)} features, with a parent among ${formatCount(levels[index]!.features)}`}
          xLabel="masked cosine above"
          series={[
            {
              name: "linked",
              tone: "accent",
              points: statistics.flatMap(({ threshold, parents }) => place(threshold, parents?.withAny ?? null)),
              dots: true,
            },
            {
              name: "by chance",
              tone: "ink",
              points: statistics.flatMap(({ threshold, chance }) => place(threshold, chance.parents)),
              dots: true,
            },
          ]}
          formatX={String}
          formatY={formatPercent}
        />
      ))}
    </>
  );
}

function place(threshold: number, share: ShareEstimate | null) {
  return share === null ? [] : [{ x: threshold, y: share.count / share.total }];
}
