const SERIES_LIMIT = 2.5;
const FRACTION_TERMS = 60;

/** erfc(x) = 1 - erf(x) to about 1e-15 absolute: Abramowitz & Stegun 7.1.6 near zero, the continued fraction 7.1.14 beyond. */
export function complementaryError(x: number): number {
  if (x < 0) return 2 - complementaryError(-x);
  if (x > 27) return 0;
  const peak = Math.exp(-x * x) / Math.sqrt(Math.PI);
  return x < SERIES_LIMIT ? 1 - 2 * peak * positiveSeries(x) : peak / continuedFraction(x);
}

/** Sum over n of 2^n x^(2n+1) / (1 * 3 * ... * (2n+1)). */
function positiveSeries(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; term > total * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return total;
}

/** x + (1/2)/(x + 1/(x + (3/2)/(x + ...))), evaluated from the far end. */
function continuedFraction(x: number): number {
  let tail = x;
  for (let n = FRACTION_TERMS; n >= 1; n--) tail = x + n / 2 / tail;
  return tail;
}
