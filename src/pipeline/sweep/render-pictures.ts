import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from "d3-scale";
import { line } from "d3-shape";
import type { Curve, LabelledPoint, Point } from "./curves.ts";
import { type Box, measureText, placeLabels } from "./place-labels.ts";
import type { Fidelity } from "./sweep-record.ts";

const WIDTH = 760;
const HEIGHT = 470;
const TOP = 62;
const LEFT = 66;
const BOTTOM = 56;
const COLOURS = 8;
const SAMPLE_PIXELS = 6;
/** L0 spanning more than this factor is drawn on a logarithmic axis. */
const WIDE_RANGE = 4;

const BASELINES: Record<Fidelity, string> = {
  "loss recovered": "the lower of zero and mean ablation; ",
  "explained variance": "",
};

type Scale = ScaleContinuousNumeric<number, number>;

interface Picture {
  readonly title: string;
  readonly subtitle: string;
  readonly xName: string;
  readonly yName: string;
  readonly curves: readonly Curve[];
  readonly x: Scale;
  readonly xTicks: readonly number[];
  readonly y: Scale;
  readonly plot: Box;
}

/** What a picture's points are. */
export interface PictureOptions {
  readonly fidelity?: Fidelity;
  /** The field that labels them; their names if absent. */
  readonly labels?: string | undefined;
}

/** Fidelity against L0 as an SVG document. */
export function renderFrontier(
  name: string,
  curves: readonly Curve[],
  { fidelity = "loss recovered", labels }: PictureOptions = {},
): string {
  const plot = choosePlot(curves);
  const xs = listPoints(curves).map(({ x }) => x);
  const [low, high] = [Math.max(1e-3, Math.min(...xs)), Math.max(1e-3, ...xs)];
  const isWide = high / low > WIDE_RANGE;
  const x = isWide
    ? scaleLog([low / 1.25, high * 1.25], [plot.left, plot.right])
    : scaleLinear([low - pad(low, high), high + pad(low, high)], [plot.left, plot.right]);
  return renderPicture({
    title: `${name}: ${fidelity} against L0`,
    subtitle: `${BASELINES[fidelity]}up and to the left is better${labels === undefined ? "" : `; labelled with ${labels}`}`,
    xName: "L0, active features per token",
    yName: fidelity,
    curves,
    x,
    xTicks: isWide ? chooseLogTicks(x) : x.ticks(7),
    y: createYScale(curves, plot),
    plot,
  });
}

/** Fidelity against the number of features as an SVG document. */
export function renderSizes(
  name: string,
  curves: readonly Curve[],
  { fidelity = "loss recovered" }: PictureOptions = {},
): string {
  const plot = choosePlot(curves);
  const sizes = [...new Set(listPoints(curves).map(({ x }) => x))].sort((a, b) => a - b);
  return renderPicture({
    title: `${name}: ${fidelity} against dictionary size`,
    subtitle: `${BASELINES[fidelity]}up is better`,
    xName: "features",
    yName: fidelity,
    curves: curves.map((curve) => ({ ...curve, points: curve.points.map((point) => ({ ...point, label: "" })) })),
    x: scaleLog([sizes[0]! / 1.15, sizes.at(-1)! * 1.15], [plot.left, plot.right]),
    xTicks: sizes,
    y: createYScale(curves, plot),
    plot,
  });
}

function renderPicture(picture: Picture): string {
  const { title, subtitle, xName, yName, curves, x, y, plot } = picture;
  const onPlot = (point: Point) => ({ x: x(point.x), y: y(point.y) });
  const middle = (plot.top + plot.bottom) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="title" x="20" y="28">${escapeXml(title)}</text>`,
    `<text class="soft" x="20" y="46">${escapeXml(subtitle)}</text>`,
    ...renderAxes(picture),
    `<text class="soft" x="${(plot.left + plot.right) / 2}" y="${HEIGHT - 14}" text-anchor="middle">${escapeXml(xName)}</text>`,
    `<text class="soft" transform="translate(20 ${middle}) rotate(-90)" text-anchor="middle">${escapeXml(yName)}</text>`,
    ...curves.map((curve, index) => renderCurve(curve, index, onPlot)),
    ...renderLabels(curves, onPlot, plot),
    ...renderLegend(curves, plot),
    "</svg>",
    "",
  ].join("\n");
}

function renderAxes({ x, xTicks, y, plot }: Picture): string[] {
  const yTicks = y.ticks(6);
  const format = y.tickFormat(6);
  return [
    ...yTicks.map((tick) => {
      const at = y(tick).toFixed(1);
      return `<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}"/><text class="tick" x="${plot.left - 8}" y="${at}" dy="0.35em" text-anchor="end">${format(tick)}</text>`;
    }),
    `<line class="axis" x1="${plot.left}" x2="${plot.right}" y1="${plot.bottom}" y2="${plot.bottom}"/>`,
    ...xTicks.map((tick) => {
      const at = x(tick).toFixed(1);
      return `<line class="axis" x1="${at}" x2="${at}" y1="${plot.bottom}" y2="${plot.bottom + 5}"/><text class="tick" x="${at}" y="${plot.bottom + 19}" text-anchor="middle">${tick.toLocaleString("en-US")}</text>`;
    }),
  ];
}

function renderCurve(curve: Curve, index: number, onPlot: (point: Point) => Point): string {
  const path = line<Point>(
    (point) => Number(point.x.toFixed(1)),
    (point) => Number(point.y.toFixed(1)),
  );
  const circle = (point: LabelledPoint | Point, radius: number, mark: string) => {
    const { x, y } = onPlot(point);
    const title = "label" in point && point.label !== "" ? `${point.label}: ` : "";
    const tip = `<title>${escapeXml(`${title}${format(point.x)}, ${point.y.toFixed(4)}`)}</title>`;
    return `<circle class="${mark}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}">${tip}</circle>`;
  };
  const drawn = curve.line ? `<path d="${path(curve.points.map(onPlot))}"/>` : "";
  const dots = curve.dots.map((dot) => circle(dot, 2, "dot")).join("");
  const points = curve.points.map((point) => circle(point, 4, "point")).join("");
  const dashed = index >= COLOURS ? " dashed" : "";
  return `<g class="c${index % COLOURS}${dashed}">${drawn}${dots}${points}</g>`;
}

function renderLabels(curves: readonly Curve[], onPlot: (point: Point) => Point, plot: Box): string[] {
  const labels = curves.flatMap(({ points }) =>
    points.flatMap((point) => (point.label === "" ? [] : [{ at: onPlot(point), text: point.label }])),
  );
  const frame = { ...plot, top: plot.top - 14, right: plot.right + 14, bottom: plot.bottom - 2 };
  const obstacles = curves.flatMap((curve) => [
    ...listPoints([curve]).map(onPlot),
    ...(curve.line ? sampleLine(curve.points.map(onPlot)) : []),
  ]);
  const places = placeLabels(labels, obstacles, frame);
  return labels.flatMap(({ at, text }, index) => {
    const place = places[index];
    if (place === null || place === undefined) return [];
    const end = { x: Math.min(Math.max(at.x, place.x), place.x + measureText(text)), y: place.y - 4 };
    const leader = `<line class="leader" x1="${at.x.toFixed(1)}" y1="${at.y.toFixed(1)}" x2="${end.x.toFixed(1)}" y2="${end.y.toFixed(1)}"/>`;
    const label = `<text class="label" x="${place.x.toFixed(1)}" y="${place.y.toFixed(1)}">${escapeXml(text)}</text>`;
    return [`${place.leader ? leader : ""}${label}`];
  });
}

function renderLegend(curves: readonly Curve[], plot: Box): string[] {
  if (curves.length < 2) return [];
  return curves.map(({ name }, index) => {
    const y = plot.top + 8 + 20 * index;
    const x = plot.right + 26;
    const dashed = index >= COLOURS ? " dashed" : "";
    return `<g class="c${index % COLOURS}${dashed}"><path d="M${x},${y}h18"/><circle class="point" cx="${x + 9}" cy="${y}" r="4"/><text class="label" x="${x + 25}" y="${y}" dy="0.35em">${escapeXml(name)}</text></g>`;
  });
}

/** Points every few pixels along a line, so that labels keep off it. */
function sampleLine(corners: readonly Point[]): Point[] {
  return corners.slice(1).flatMap((end, index) => {
    const start = corners[index]!;
    const count = Math.ceil(Math.hypot(end.x - start.x, end.y - start.y) / SAMPLE_PIXELS);
    const at = (share: number) => ({ x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y) });
    return Array.from({ length: count }, (_, step) => at(step / count));
  });
}

/** Room for the legend on the right where there are several curves. */
function choosePlot(curves: readonly Curve[]): Box {
  const longest = Math.max(...curves.map(({ name }) => measureText(name)));
  const legend = curves.length < 2 ? 34 : Math.min(260, 60 + longest);
  return { left: LEFT, right: WIDTH - legend, top: TOP + 10, bottom: HEIGHT - BOTTOM };
}

function createYScale(curves: readonly Curve[], plot: Box): Scale {
  const ys = listPoints(curves).map(({ y }) => y);
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  return scaleLinear([low - pad(low, high), high + pad(low, high)], [plot.bottom, plot.top]);
}

function chooseLogTicks(scale: Scale): readonly number[] {
  const leading = (value: number) => Number(value.toExponential()[0]);
  return scale.ticks().filter((value) => [1, 2, 5].includes(leading(value)));
}

function listPoints(curves: readonly Curve[]): Point[] {
  return curves.flatMap(({ points, dots }) => [...points, ...dots]);
}

function pad(low: number, high: number): number {
  return (high - low) * 0.08 || 0.01;
}

function format(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString("en-US") : value.toPrecision(4);
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const LIGHT = ["#0b6f75", "#b4541a", "#5b4bb5", "#a3245f", "#4c7a1d", "#8a6a00", "#2f6fb0", "#6b6f73"];
const DARK = ["#62c9cd", "#f0a06a", "#b3a8f5", "#f08bb8", "#a4d06a", "#e0c25a", "#8fc1f2", "#b4b9ba"];

function listColours(colours: readonly string[]): string {
  return colours.map((colour, index) => `--c${index}:${colour}`).join(";");
}

const STYLE = `
svg{color-scheme:light dark;--paper:#ffffff;--ink:#1a1e21;--soft:#4a5257;--grid:#e4e1da;--axis:#9a9994;${listColours(LIGHT)};
font:11px ui-sans-serif,system-ui,"Segoe UI","Noto Sans",sans-serif}
@media (prefers-color-scheme:dark){svg{--paper:#191d20;--ink:#e9e7e2;--soft:#b4b9ba;--grid:#2a3034;--axis:#6a7276;${listColours(DARK)}}}
.paper{fill:var(--paper)}text{fill:var(--ink)}.title{font-size:16px;font-weight:600}.soft{fill:var(--soft);font-size:12px}
.label{paint-order:stroke;stroke:var(--paper);stroke-width:3px}.tick{fill:var(--soft)}.grid{stroke:var(--grid)}.axis{stroke:var(--axis)}.leader{stroke:var(--axis);stroke-width:.75}
g path{fill:none;stroke-width:2}.dashed path{stroke-dasharray:5 4}.point{stroke:var(--paper);stroke-width:1.5}.dot{opacity:.55}
${LIGHT.map((_, index) => `.c${index} path{stroke:var(--c${index})}.c${index} circle{fill:var(--c${index})}`).join("")}
`;
