import { NORMAL_QUANTILE } from "./normal-quantile.ts";

/** The quantiles of 1, 2 and 3 degrees of freedom, where the expansion is too short. */
const FIRST = [12.7062047362, 4.3026527297, 3.1824463053] as const;

/** The t below which 97.5 % of Student's distribution with `degrees` degrees of freedom (1 or more, whole or not) lie, to 4 %, whole ones to 0.2 %. */
export function studentQuantile(degrees: number): number {
  if (degrees <= FIRST.length) return interpolateFirst(degrees);
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

/** Between whole degrees the quantile's logarithm is nearly straight over 1 / degrees. */
function interpolateFirst(degrees: number): number {
  const whole = Math.min(FIRST.length - 1, Math.floor(degrees));
  const [from, to] = [FIRST[whole - 1]!, FIRST[whole]!];
  const share = (1 / whole - 1 / degrees) / (1 / whole - 1 / (whole + 1));
  return from * (to / from) ** share;
}
