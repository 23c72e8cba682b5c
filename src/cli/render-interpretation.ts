import type { ExamScores } from "../interpret/score-answers.ts";
import type { ScoreMedians } from "../interpret/summarise-scores.ts";
import type { MedianEstimate } from "../numerics/median-interval.ts";
import type { InterpretResult } from "../pipeline/interpret/interpret-run.ts";

const TITLES: Readonly<Record<keyof ExamScores, string>> = {
  spearman: "Spearman",
  pearson: "Pearson",
  weightedSpearman: "Spearman, weighted by importance",
  weightedPearson: "Pearson, weighted by importance",
  logits: "logit test (0.5 by chance)",
  detection: "detection (0.5 by chance)",
  fuzzing: "fuzzing (0.5 by chance)",
};

/** The medians as a table. */
export function renderInterpretation({
  dictionary,
  method,
  seed,
  summary,
  tooFewExamples,
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
    ...[["", "all", "single-token", "others"], ...rows].map(([title, ...cells]) =>
      `  ${title!.padEnd(34)}${cells.map((cell) => cell.padEnd(26)).join("")}`.trimEnd(),
    ),
    `all of it: ${path}`,
  ].join("\n");
}

function renderMedian(median: MedianEstimate | null): string {
  if (median === null) return "-";
  const [low, high] = median.interval;
  return `${median.median.toFixed(2)}, ${low.toFixed(2)} to ${high.toFixed(2)} (${median.count})`;
}
