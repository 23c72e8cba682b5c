import type { UltralowLook } from "../../../src/analysis/ultralow-history.ts";
import type { Ultralow } from "../../../src/analysis/ultralow-result.ts";
import { HeatMap } from "../../charts/heat-map.tsx";
import { LineChart } from "../../charts/line-chart.tsx";
import { formatPercent, formatShort } from "../../text/format-number.ts";
import { nameMembers } from "./ultralow-space.tsx";

/** How the rare features came to be: densities over the training, those that end rare and the others apart. */
export function UltralowPast({ found }: { readonly found: Ultralow }) {
  const { history, fell } = found;
  const names = [nameMembers(found), "others"] as const;
  const marks = fell === null ? [] : [{ x: fell, name: "the median of them is below 1e-4 from here on" }];
  const draw = (of: (look: UltralowLook["members"]) => number | null) =>
    (["members", "others"] as const).map((group, index) => ({
      name: names[index]!,
      tone: index === 0 ? ("accent" as const) : ("ink" as const),
      points: history.flatMap((look) => {
        const y = of(look[group]);
        return y === null ? [] : [{ x: look.vectors, y }];
      }),
    }));
  return (
    <>
      <div class="columns">
        <LineChart
          title="Median density"
          xLabel="vectors"
          series={draw(({ logDensity }) => logDensity && 10 ** logDensity)}
          marks={marks}
          yScale="log"
          height={200}
          formatX={formatShort}
          formatY={(value) => value.toExponential(0)}
        />
        <LineChart
          title="Share below density 1e-4"
          xLabel="vectors"
          series={draw(({ rare }) => rare)}
          marks={marks}
          height={200}
          formatX={formatShort}
          formatY={formatPercent}
        />
      </div>
      <HeatMap title="How often features fired" looks={history} total={history.at(-1)!.vectors} marks={marks} />
      <p class="note">
        Groups are those of the finished dictionary.{" "}
        {fell === null
          ? "Their median was not below 1e-4 at the end of training."
          : `From ${formatShort(fell)} vectors on their median was below 1e-4.`}
      </p>
    </>
  );
}
