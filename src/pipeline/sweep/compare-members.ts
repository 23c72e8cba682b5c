import type { Claim, Direction, SweepConfig } from "./sweep-config.ts";
import { measureFidelity, type SweepRow } from "./sweep-record.ts";

/** The figures in which members are compared with the baseline. */
export const FIGURES = ["loss", "lossRecovered", "l0", "silent"] as const;
/** One of them. */
export type Figure = (typeof FIGURES)[number];

/** How a difference stands to what a source says. */
export type Verdict = "agrees" | "disagrees" | "cannot tell";

/** One member against the baseline, or against the member it names. */
export interface Comparison {
  readonly member: string;
  readonly title: string;
  readonly against: string;
  /** Mean of the member's dictionaries less mean of the others'. */
  readonly difference: Readonly<Record<Figure, number>>;
  /** How large a difference must be to lie outside what the baseline's seeds vary (95 %, Student's t); null with one seed. */
  readonly spread: Readonly<Record<Figure, number | null>>;
  readonly claim?: Claim;
  readonly verdicts: Readonly<Partial<Record<Figure, Verdict>>>;
}

/** The 97.5 % quantile of Student's t by degrees of freedom from 1 on; beyond the table 1.96 + 2.5 / df is within 0.01. */
const T_QUANTILES = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** Every member with figures against those of the baseline or of the member it names; none where the baseline has none. */
export function compareMembers(config: SweepConfig, rows: readonly SweepRow[]): Comparison[] {
  const pick = (name: string) => rows.filter(({ group }) => group === name);
  if (config.baseline === undefined) return [];
  const baseline = pick(config.baseline);
  return config.members.flatMap((member) => {
    const { name, title = name, against = config.baseline!, claim } = member;
    const [own, others] = [pick(name), pick(against)];
    if (own.length === 0 || others.length === 0 || name === config.baseline) return [];
    const difference = mapFigures((figure) => mean(own, figure) - mean(others, figure));
    const spread = mapFigures((figure) => measureSpread(baseline, figure, own.length, others.length));
    const verdicts = claim === undefined ? {} : judge(claim, difference, spread);
    return [{ member: name, title, against, difference, spread, ...(claim === undefined ? {} : { claim }), verdicts }];
  });
}

/** A row's figure: loss on the sum-of-squares scale, the lower loss recovered (explained variance without a model), L0, share of features below density 1e-5. */
export function readFigure(row: SweepRow, figure: Figure): number {
  switch (figure) {
    case "loss":
      return row.training.loss;
    case "lossRecovered":
      return measureFidelity(row);
    case "l0":
      return row.l0;
    case "silent":
      return row.fractionBelow["1e-5"];
    default:
      return figure satisfies never;
  }
}

function judge(
  { expects }: Claim,
  difference: Comparison["difference"],
  spread: Comparison["spread"],
): Comparison["verdicts"] {
  return Object.fromEntries(
    Object.entries(expects).map(([name, direction]) => {
      const figure = name as Figure;
      return [figure, judgeFigure(direction as Direction, difference[figure], spread[figure])];
    }),
  );
}

function judgeFigure(direction: Direction, difference: number, spread: number | null): Verdict {
  if (spread === null) return "cannot tell";
  const isOutside = Math.abs(difference) > spread;
  if (direction === "same") return isOutside ? "disagrees" : "agrees";
  if (!isOutside) return "cannot tell";
  return difference > 0 === (direction === "higher") ? "agrees" : "disagrees";
}

/** Half the 95 % interval of the difference between means of so many dictionaries, were seeds all that differs. */
function measureSpread(
  baseline: readonly SweepRow[],
  figure: Figure,
  count: number,
  otherCount: number,
): number | null {
  const n = baseline.length;
  if (n < 2) return null;
  const centre = mean(baseline, figure);
  const squares = baseline.reduce((sum, row) => sum + (readFigure(row, figure) - centre) ** 2, 0);
  const quantile = T_QUANTILES[n - 2] ?? 1.96 + 2.5 / (n - 1);
  return quantile * Math.sqrt((squares / (n - 1)) * (1 / count + 1 / otherCount));
}

function mean(rows: readonly SweepRow[], figure: Figure): number {
  return rows.reduce((sum, row) => sum + readFigure(row, figure), 0) / rows.length;
}

function mapFigures<T>(measure: (figure: Figure) => T): Record<Figure, T> {
  return Object.fromEntries(FIGURES.map((figure) => [figure, measure(figure)])) as Record<Figure, T>;
}
