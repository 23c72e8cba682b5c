import { existsSync, readFileSync } from "node:fs";
import type { MatchScore } from "../analysis/match-score.ts";
import type { MeanChange } from "../analysis/pinned-probability.ts";
import type {
  Pinning,
  ProxyFinding,
  ProxyMatches,
  SingleMatch,
  Specificity,
  UnionMatch,
} from "../analysis/specificity.ts";

/** Proxies that the short form names. */
const BEST_PROXIES = 10;

/** The search for proxies kept in a file, if it was made. */
export function readSpecificity(path: string): Specificity | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Specificity) : undefined;
}

/** The lines of the report about proxies. */
export function renderSpecificity(dictionary: string, specificity: Specificity): string[] {
  const { tokens, thresholds, findings, pinning } = specificity;
  return [
    ...renderTitle(dictionary),
    `Features and neurons were chosen on ${count(tokens.selection)} held-out tokens and judged on ${count(tokens.judgement)} others, token by token; ` +
      `intervals are 95 % over contexts. Something fires where its activation is above 0, or above the best of ${thresholds.count} thresholds where one is named. ` +
      "A union adds, one by one, the features that raise F1 most, five at most; its activation is their sum.",
    "",
    "| proxy | its tokens | what | precision | recall | F1 | 95 % | Pearson | 95 % |",
    "|---|---:|---|---:|---:|---:|---:|---:|---:|",
    ...findings.flatMap(renderFinding),
    "",
    ...(pinning === undefined ? [] : renderPinning(pinning, findings)),
  ];
}

/** The same in a dozen lines: the proxies that a single feature predicts best, and where the rest is. */
export function summariseSpecificity(dictionary: string, { findings }: Specificity, whole: string): string[] {
  const found = findings.flatMap((finding) => {
    const match = finding.kind === "searched" ? (finding.feature.byF1WithThreshold ?? finding.feature.byF1) : null;
    return match === null ? [] : [{ finding, match }];
  });
  const best = found.sort((a, b) => b.match.f1 - a.match.f1).slice(0, BEST_PROXIES);
  return [
    ...renderTitle(dictionary),
    "| proxy | its tokens | what | precision | recall | F1 | 95 % | Pearson | 95 % |",
    "|---|---:|---|---:|---:|---:|---:|---:|---:|",
    ...best.map(
      ({ finding: { title, positives }, match }) =>
        `| **${title}** | ${count(positives.judgement)} | ${renderSingle("feature", "F1", match)}`,
    ),
    "",
    `${best.length} of ${findings.length} proxies; all of them, with unions, neurons and what the figures mean: ${whole}`,
    "",
  ];
}

function renderPinning({ contexts, positions, effects }: Pinning, findings: Specificity["findings"]): string[] {
  const percent = (value: number) => `${(100 * value).toFixed(2)} %`;
  const change = ({ change, interval: [low, high] }: MeanChange) =>
    `${percent(change)} | ${percent(low)} to ${percent(high)}`;
  const rows = effects.map(({ proxy, feature, value, tokens, before, pinned, control }) => {
    const title = findings.find((finding) => finding.proxy === proxy)?.title ?? proxy;
    const cells = [`**${title}**`, feature, value.toPrecision(3), count(tokens), percent(before)];
    return `| ${cells.join(" | ")} | ${change(pinned)} | ${change(control)} |`;
  });
  return [
    "The feature best by F1 held at its largest activation on all positions: what that does to the total probability of the " +
      `proxy's tokens as the next one, over ${count(positions)} positions of ${count(contexts)} held-out contexts, beside a move as far ` +
      "along a random direction. The dictionary's error is kept; intervals are 95 % over contexts.",
    "",
    "| proxy | feature | held at | its tokens in the vocabulary | probability | change | 95 % | control | 95 % |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ...rows,
    "",
  ];
}

function renderTitle(dictionary: string): string[] {
  return [`## Specificity of ${dictionary === "neurons" ? "the neurons" : `the dictionary ${dictionary}`}`, ""];
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function renderFinding(finding: ProxyFinding): string[] {
  const { title, positives } = finding;
  const head = `| **${title}** | ${count(positives.judgement)} |`;
  if (finding.kind === "absent") {
    const sentence =
      positives.selection + positives.judgement === 0
        ? "absent: no such token in the held-out text"
        : `too rare: ${positives.selection} tokens to choose by, ${positives.judgement} to judge on`;
    return [`${head} ${sentence} | | | | | | |`];
  }
  const { feature, union, neuron } = finding;
  const rows = [...renderBest("feature", feature), renderUnion(union), ...renderBest("neuron", neuron)];
  return rows.map((row, i) => `${i === 0 ? head : "| | |"} ${row}`);
}

/** A row for each way of being the best that leads to another index or threshold. */
function renderBest(kind: "feature" | "neuron", { byF1, byF1WithThreshold, byPearson }: ProxyMatches): string[] {
  const rows = [renderSingle(kind, "F1", byF1)];
  if (byF1WithThreshold !== null && byF1WithThreshold.threshold > 0)
    rows.push(renderSingle(kind, "F1 with a threshold", byF1WithThreshold));
  if (byPearson !== null && byPearson.index !== byF1?.index) rows.push(renderSingle(kind, "Pearson", byPearson));
  return rows;
}

function renderSingle(kind: "feature" | "neuron", by: string, match: SingleMatch | null): string {
  if (match === null) return `no ${kind} fires on it | | | | | | |`;
  const threshold = match.threshold > 0 ? ` above ${match.threshold.toPrecision(3)}` : "";
  return `${kind} ${match.index}${threshold}, best by ${by} ${renderScore(match)}`;
}

function renderUnion(union: UnionMatch | null): string {
  if (union === null) return "no union | | | | | | |";
  const sought = union.exact ? "" : ` (greedy among ${union.candidates} candidates)`;
  return `union of features ${union.features.join(", ")}${sought} ${renderScore(union)}`;
}

function renderScore({ precision, recall, f1, pearson, intervals }: MatchScore): string {
  const range = ([low, high]: readonly [number, number]) => `${low.toFixed(2)} to ${high.toFixed(2)}`;
  const cells = [
    precision.toFixed(3),
    recall.toFixed(3),
    f1.toFixed(3),
    range(intervals.f1),
    pearson.toFixed(3),
    range(intervals.pearson),
  ];
  return `| ${cells.join(" | ")} |`;
}
