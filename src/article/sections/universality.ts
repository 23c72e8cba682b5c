import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { type Comparison, restoreMatches, type StoredMatches } from "../../analysis/comparison.ts";
import { summariseMatches } from "../../analysis/match-summary.ts";
import { type Block, createMissingSection, type Figure, type FigureSeries, type Section } from "../article.ts";
import { readIfThere, type Subject } from "../subject.ts";
import { formatCount, formatMedian } from "../words.ts";

const TITLE = "The same features elsewhere";
const PAPER = { features: ".72", neurons: ".46" };
const BINS = 20;

/** How alike each feature is to the best match in other dictionaries; neurons beside. */
export function tellUniversality(subject: Subject): Section {
  const { run, paths, dictionary } = subject;
  const command = `monosem compare --run ${run.directory} --dictionary ${dictionary}`;
  const folder = dirname(paths.analysis("specificity", dictionary));
  const found = listFiles(folder, `compare-${dictionary}-with-`).flatMap(
    (name) => readIfThere<Comparison>(`${folder}/${name}`) ?? [],
  );
  if (found.length === 0) return createMissingSection("universality", TITLE, command);
  return {
    id: "universality",
    title: TITLE,
    blocks: [...found.flatMap(describe), { kind: "command", command, missing: false }],
  };
}

function listFiles(folder: string, prefix: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith(prefix) && name.endsWith(".json"));
}

function describe(comparison: Comparison): Block[] {
  const { left, right, tokens, features, neurons } = comparison;
  const sides = [
    ...(["left", "right"] as const).map((side) => ({ what: "features", side, matches: features[side] }) as const),
    ...(neurons === null
      ? []
      : (["left", "right"] as const).map((side) => ({ what: "neurons", side, matches: neurons[side] }) as const)),
  ];
  const nameOf = (side: "left" | "right") => {
    const { run, dictionary } = side === "left" ? left : right;
    return `${run}, ${dictionary}`;
  };
  const rows = sides.map(({ what, side, matches }) => {
    const { activation, logits, attribution } = summariseMatches(restoreMatches(matches), comparison);
    const name = `${what} of ${nameOf(side)}`;
    return [name, ...[activation, logits, attribution].map((median) => formatMedian(median)), PAPER[what]];
  });
  return [
    {
      kind: "table",
      caption: `Medians over best matches of ${nameOf("left")} and ${nameOf("right")} on ${formatCount(tokens)} tokens, with 95 % intervals`,
      columns: ["", "activation", "logit weights", "attribution", "activation in the paper"],
      rows,
    },
    drawMatches(nameOf("right"), [
      tallyMatches("features", features.left, comparison),
      ...(neurons === null ? [] : [{ ...tallyMatches("neurons", neurons.left, comparison), soft: true }]),
    ]),
  ];
}

function drawMatches(other: string, series: readonly FigureSeries[]): Figure {
  return {
    kind: "figure",
    chart: "lines",
    title: `Best correlation with ${other}`,
    xLabel: "Pearson of activations",
    yLabel: "share",
    series,
  };
}

/** The shares of features by the correlation with their best match, in bins of a twentieth. */
function tallyMatches(name: string, matches: StoredMatches, { tokens, lowestDensity }: Comparison): FigureSeries {
  const values = matches.activation.filter(
    (value, feature): value is number => value !== null && matches.firings[feature]! >= lowestDensity * tokens,
  );
  const counts = new Array<number>(BINS).fill(0);
  for (const value of values) counts[Math.min(BINS - 1, Math.max(0, Math.floor(BINS * value)))]!++;
  return { name, points: counts.map((count, bin) => ({ x: (bin + 0.5) / BINS, y: count / values.length })) };
}
