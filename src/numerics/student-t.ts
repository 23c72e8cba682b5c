import { NORMAL_QUANTILE } from "./normal-quantile.ts";

/** The t below which 97.5 % of Student's distribution with `degrees` degrees of freedom (1 or more) lie, to 0.2 %. */
export function studentQuantile(degrees: number): number {
  if (degrees === 1) return 12.7062047362;
  if (degrees === 2) return 4.3026527297;
  const z = NORMAL_QUANTILE;
  const square = z * z;
  // Cornish and Fisher's expansion in 1 / degrees (Abramowitz and Stegun 26.7.5).
  const terms = [
    z,
    (z * (square + 1)) / 4,
    (z * ((5 * square + 16) * square + 3)) / 96,
    (z * (((3 * square + 19) * square + 17) * square - 15)) / 384,
    (z * ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945)) / 92_160,
  ];
  return terms.reduce((sum, term, power) => sum + term / degrees ** power, 0);
}
