import type { ExamScores } from "../interpret/score-answers.ts";
import type { ScoreMedians } from "../interpret/summarise-scores.ts";
import type { MedianEstimate } from "../numerics/median-interval.ts";
import type { InterpretResult } from "../pipeline/interpret/interpret-run.ts";
import type { ListedInterpretation } from "../pipeline/interpret/list-interpretations.ts";

const TITLES: Readonly<Record<keyof ExamScores, string>> = {
  spearman: "Spearman",
  pearson: "Pearson",
  weightedSpearman: "Spearman, weighted by importance",
  weightedPearson: "Pearson, weighted by importance",
  logits: "logit test (0.5 by chance)",
  detection: "detection (0.5 by chance)",
  fuzzing: "fuzzing (0.5 by chance)",
};

const HEAD = ["", "all", "single-token", "others"];

/** The medians as a table, and those of what can be compared beside. */
export function renderInterpretation({
  dictionary,
  method,
  seed,
  summary,
  tooFewExamples,
  beside,
  path,
}: InterpretResult): string {
  const { all, singleToken, others, features, unanswered } = summary;
  const left = tooFewExamples === 0 ? "" : `; ${tooFewExamples} more had too few examples`;
  const none = unanswered === 0 ? "" : `; ${unanswered} without an answer that could be read`;
  const rows = (Object.keys(TITLES) as (keyof ExamScores)[]).map((name) => [
    TITLES[name],
    ...[all, singleToken, others].map((medians: ScoreMedians) => renderMedian(medians[name])),
  ]);
  return [
    `${dictionary}: ${features} features explained by ${method}, seed ${seed}${left}${none}`,
    "medians and their 95 % intervals",
    ...[HEAD, ...rows].map(renderRow),
    ...beside.flatMap(renderBeside),
    `all of it: ${path}`,
  ].join("\n");
}

function renderBeside({ run, dictionary, control, summary }: ListedInterpretation): string[] {
  const rows = (["spearman", "logits"] as const).map((name) => [
    TITLES[name],
    ...[summary.all, summary.singleToken, summary.others].map((medians) => renderMedian(medians[name])),
  ]);
  return [
    `beside: ${dictionary} of ${run}${control ? ", shuffled weights" : ""}, ${summary.features} features`,
    ...rows.map(renderRow),
  ];
}

function renderRow([title, ...cells]: readonly string[]): string {
  return `  ${title!.padEnd(34)}${cells.map((cell) => cell.padEnd(26)).join("")}`.trimEnd();
}

function renderMedian(median: MedianEstimate | null): string {
  if (median === null) return "-";
  const [low, high] = median.interval;
  return `${median.median.toFixed(2)}, ${low.toFixed(2)} to ${high.toFixed(2)} (${median.count})`;
}
