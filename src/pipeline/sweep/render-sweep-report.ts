import { type Comparison, FIGURES, type Figure } from "./compare-members.ts";
import type { Fidelity, SweepRecord, SweepRow } from "./sweep-record.ts";

/** It has a column of its own. */
const SIZE = "dictionary.features";

/** `sweeps/<name>.md`: tables for people; the same numbers as in the record. */
export function renderSweepReport(record: SweepRecord): string {
  const { name, config, fidelity, rows, curves, comparisons, failed } = record;
  const pictures = [
    ...(rows.length > 1 ? [`![${fidelity} against L0](${name}-frontier.svg)`, ""] : []),
    ...(curves.sizes.length > 0 ? [`![${fidelity} against dictionary size](${name}-sizes.svg)`, ""] : []),
  ];
  return [
    `# Sweep ${name}`,
    "",
    ...(config.description === "" ? [] : [config.description, ""]),
    ...(comparisons.length > 0 ? renderComparisons(comparisons, fidelity) : []),
    ...renderRows(rows),
    ...pictures,
    ...failed.map(({ dictionary, sentence }) => `${dictionary} could not be trained: ${sentence}\n`),
  ].join("\n");
}

function renderRows(rows: readonly SweepRow[]): string[] {
  const fields = [...new Set(rows.flatMap(({ varied }) => Object.keys(varied)))].filter((field) => field !== SIZE);
  const heads = [
    "dictionary",
    ...fields.map((field) => field.replace("dictionary.", "")),
    "features",
    "vectors",
    "L0",
    "loss recovered, zero ablation",
    "mean ablation",
    "explained variance",
    "below 1e-5",
    "below 1e-4",
    "dead",
    "loss",
    "reconstruction",
    "l1 x sparsity",
  ];
  const lines = rows.map((row) => [
    `${row.dictionary}${row.onFrontier ? " *" : ""}`,
    ...fields.map((field) => (field in row.varied ? renderValue(row.varied[field]) : "")),
    ...renderFigures(row),
  ]);
  return [
    "## Dictionaries",
    "",
    renderTable(heads, lines),
    "",
    `Judged on ${rows[0]?.evaluationTokens.toLocaleString("en-US") ?? 0} held-out tokens. \\* on the frontier: no other has a lower L0 and is as faithful.`,
    "Loss, reconstruction and sparsity are those of training, per vector on the sum-of-squares scale, means over the last 5 % of the steps.",
    "",
  ];
}

function renderFigures(row: SweepRow): string[] {
  const { training, lossRecovered, fractionBelow } = row;
  return [
    row.features.toLocaleString("en-US"),
    row.vectors.toLocaleString("en-US"),
    row.l0.toFixed(1),
    lossRecovered === null ? "" : share(lossRecovered.zero),
    lossRecovered === null ? "" : share(lossRecovered.mean),
    share(row.explainedVariance),
    percent(fractionBelow["1e-5"]),
    percent(fractionBelow["1e-4"]),
    row.dead.toLocaleString("en-US"),
    training.loss.toFixed(2),
    training.reconstruction.toFixed(2),
    (training.l1 * training.sparsity).toFixed(2),
  ];
}

function renderComparisons(comparisons: readonly Comparison[], fidelity: Fidelity): string[] {
  const heads = ["tried", "loss", fidelity, "L0", "silent", "what is said", "here"];
  const usual = comparisons[0]!.against;
  const lines = comparisons.map(({ title, against, difference, claim, verdicts }) => [
    against === usual ? title : `${title} (against ${against})`,
    ...FIGURES.map((figure) => renderDifference(figure, difference[figure])),
    claim === undefined ? "" : `${claim.sentence} (${claim.source})`,
    renderVerdicts(claim?.expects ?? {}, verdicts, fidelity),
  ]);
  const spread = comparisons[0]!.spread;
  const seeds = FIGURES.map((figure) => (spread[figure] === null ? "?" : `± ${renderSize(figure, spread[figure])}`));
  return [
    "## Differences from the baseline",
    "",
    renderTable(heads, [["another seed", ...seeds, "", ""], ...lines]),
    "",
    "Loss on the sum-of-squares scale at the end of training; silent: share of features below density 1e-5. `another seed`: how far one more",
    "baseline would lie from their mean in 95 of 100 cases (Student's t); a difference within that tells nothing. Seeds change the",
    "initial weights, not the activations.",
    "",
  ];
}

function renderVerdicts(
  expects: Readonly<Partial<Record<Figure, string>>>,
  verdicts: Comparison["verdicts"],
  fidelity: Fidelity,
): string {
  const names: Record<Figure, string> = { loss: "loss", lossRecovered: fidelity, l0: "L0", silent: "silent" };
  return FIGURES.flatMap((figure) =>
    expects[figure] === undefined ? [] : [`${names[figure]} ${expects[figure]}: ${verdicts[figure]}`],
  ).join("; ");
}

function renderDifference(figure: Figure, value: number): string {
  return `${value < 0 ? "-" : "+"}${renderSize(figure, Math.abs(value))}`;
}

function renderSize(figure: Figure, value: number): string {
  switch (figure) {
    case "loss":
      return value.toFixed(2);
    case "lossRecovered":
      return value.toFixed(4);
    case "l0":
      return value.toFixed(1);
    case "silent":
      return percent(value);
    default:
      return figure satisfies never;
  }
}

function renderTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

function renderValue(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function share(value: number): string {
  return value.toFixed(4);
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
