import { type Interval, jackknifeInterval, sumUnits } from "../metrics/jackknife.ts";

/** How far two raters agree beyond chance. */
export interface Agreement {
  /** Scores that both gave, and the units these are of. */
  readonly scores: number;
  readonly units: number;
  /** Cohen's kappa with quadratic weights: 1 where they agree always, 0 as by chance; null where neither's scores vary. */
  readonly kappa: number | null;
  /** 95 % over units, since intervals of one unit are judged by one interpretation; null of fewer than two units. */
  readonly interval: Interval | null;
}

/** The agreement of two raters; each unit holds the pairs of scores they gave to its intervals. */
export function measureAgreement(units: readonly (readonly (readonly [number, number])[])[]): Agreement {
  const addends = units.map(sumPairs);
  const sums = sumUnits(addends);
  const kappa = units.length === 0 ? Number.NaN : computeKappa(sums);
  const [low, high] = units.length < 2 ? [Number.NaN, Number.NaN] : jackknifeInterval(addends, computeKappa);
  return {
    scores: units.reduce((sum, { length }) => sum + length, 0),
    units: units.length,
    kappa: Number.isFinite(kappa) ? kappa : null,
    interval: Number.isFinite(low) ? [Math.max(-1, low), Math.min(1, high)] : null,
  };
}

/** Number, sums, sums of squares, sum of products. */
function sumPairs(pairs: readonly (readonly [number, number])[]): Float64Array {
  const sums = (measure: (a: number, b: number) => number) => pairs.reduce((sum, [a, b]) => sum + measure(a, b), 0);
  return Float64Array.of(
    pairs.length,
    sums((a) => a),
    sums((_, b) => b),
    sums((a) => a * a),
    sums((_, b) => b * b),
    sums((a, b) => a * b),
  );
}

/**
 * 1 - the mean squared difference / the one expected of raters who score independently with the same marginals: Cohen (1968), with
 * weights (i - j)^2, of which the table of all pairs is not needed.
 */
function computeKappa([n, a, b, aa, bb, ab]: Float64Array): number {
  return 1 - (aa! + bb! - 2 * ab!) / (aa! + bb! - (2 * a! * b!) / n!);
}
