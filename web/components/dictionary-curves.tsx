import { HeatMap } from "../charts/heat-map.tsx";
import { LineChart } from "../charts/line-chart.tsx";
import { listCharts } from "../data/dictionary-charts.ts";
import { readBatch, readLooks, readTotalVectors } from "../data/dictionary-record.ts";
import type { LogLines } from "../data/run-stream.ts";
import { formatShort, formatSignificant } from "../text/format-number.ts";

/** How a dictionary learns, over the vectors it has seen; dashed lines are resamplings of dead features. */
export function DictionaryCurves({ log }: { readonly log: LogLines }) {
  const batch = readBatch(log);
  const looks = readLooks(log);
  const marks = (log.get("resample") ?? []).map(({ step, features }) => ({
    x: step * batch,
    name: `${String(features)} dead features were resampled at step ${step}`,
  }));
  return (
    <>
      <div class="grid curves">
        {listCharts(log).map(({ title, series, yScale, missing }) => (
          <div class="card" key={title}>
            {series.some(({ points }) => points.length > 0) ? (
              <LineChart
                title={title}
                xLabel="vectors"
                series={series}
                marks={marks}
                yScale={yScale}
                height={180}
                formatX={formatShort}
                formatY={formatLevel}
              />
            ) : (
              <EmptyChart title={title} sentence={missing} />
            )}
          </div>
        ))}
      </div>
      {looks.length > 0 && (
        <div class="card densities">
          <HeatMap title="How often features fire" looks={looks} total={readTotalVectors(log)} marks={marks} />
          <p class="note">
            Each column is a stretch of training, each row a range of densities; the stronger the colour, the more
            features. Rings mark the centre of the rarer of two clusters where there are two, in log density, encoder
            bias and the angle of encoder and decoder row together.
          </p>
        </div>
      )}
    </>
  );
}

function EmptyChart({ title, sentence }: { readonly title: string; readonly sentence: string }) {
  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
      </figcaption>
      <p class="empty-chart small">{sentence}</p>
    </figure>
  );
}

function formatLevel(value: number): string {
  return value >= 1000
    ? formatShort(value)
    : formatSignificant(value, 3)
        .replace(/(\.\d*?)0+$/, "$1")
        .replace(/\.$/, "");
}
