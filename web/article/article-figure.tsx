import type { Figure } from "../../src/article/article.ts";
import { Histogram } from "../charts/histogram.tsx";
import { LineChart } from "../charts/line-chart.tsx";
import { Scatter } from "../charts/scatter.tsx";

/** A figure of an article, drawn by the charts of the pages. */
export function ArticleFigure({ figure }: { readonly figure: Figure }) {
  switch (figure.chart) {
    case "histogram":
      return <Histogram {...figure} format={figure.format === "power" ? formatPower : formatPlain} />;
    case "scatter":
      return (
        <Scatter
          {...figure}
          points={figure.points.map(({ soft, ...point }) => ({ ...point, tone: soft ? "soft" : "accent" }))}
          formatX={formatPlain}
          formatY={formatPlain}
        />
      );
    case "lines":
      return (
        <LineChart
          title={figure.title}
          xLabel={figure.xLabel}
          series={figure.series.map(({ name, points, soft }, place) => ({
            name,
            points,
            tone: soft ? "soft" : place === 0 ? "accent" : "ink",
          }))}
          formatX={formatPlain}
          formatY={formatPlain}
        />
      );
    default:
      return figure satisfies never;
  }
}

function formatPlain(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function formatPower(exponent: number): string {
  return `1e${formatPlain(exponent)}`;
}
