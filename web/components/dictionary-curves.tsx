import { LineChart } from "../charts/line-chart.tsx";
import { readCurve } from "../data/curves.ts";
import type { LogLines } from "../data/run-stream.ts";
import { formatShort, formatSignificant } from "../text/format-number.ts";

const CURVES = [
  { field: "loss", title: "Loss of the dictionary", name: "loss", yScale: "linear" },
  { field: "l0", title: "Active features per token", name: "L0", yScale: "log" },
  { field: "reconstruction", title: "Reconstruction error", name: "squared error", yScale: "linear" },
] as const;

/** How a dictionary learns; dashed lines are resamplings of dead features. */
export function DictionaryCurves({ name, log }: { readonly name: string; readonly log: LogLines }) {
  const marks = (log.get("resample") ?? []).map(({ step, features }) => ({
    x: step,
    name: `${String(features)} dead features were resampled at step ${step}`,
  }));
  return (
    <section class="section" aria-label={`The dictionary ${name}`}>
      <h2>Dictionary {name}</h2>
      <div class="grid">
        {CURVES.map(({ field, title, name: series, yScale }) => (
          <div class="card" key={field}>
            <LineChart
              title={title}
              xLabel="steps"
              series={[{ name: series, tone: "accent", points: readCurve(log, "step", "step", field) }]}
              marks={marks}
              yScale={yScale}
              height={180}
              formatX={formatShort}
              formatY={formatLevel}
            />
          </div>
        ))}
      </div>
    </section>
  );
}

function formatLevel(value: number): string {
  return value >= 1000 ? formatShort(value) : formatSignificant(value, 3).replace(/\.0+$/, "");
}
