/** UMAP's weight of two points at distance r on the map: 1 / (1 + a r^(2 b)). */
export interface DistanceCurve {
  readonly a: number;
  readonly b: number;
}

const SAMPLES = 300;
const REACH = 3;
const STEPS = 100;
/** The damping from which steps are tried, and the factor by which it falls or grows. */
const DAMPING = { first: 1e-3, factor: 10, last: 1e12 };

/**
 * The curve nearest, in least squares, to one that is 1 up to `minDistance` and falls as exp(minDistance - r) from there, as in
 * umap-learn with spread 1; by Levenberg and Marquardt's method.
 */
export function fitDistanceCurve(minDistance: number): DistanceCurve {
  const samples = Array.from({ length: SAMPLES }, (_, i) => (i * REACH) / (SAMPLES - 1));
  const wanted = samples.map((r) => (r < minDistance ? 1 : Math.exp(minDistance - r)));
  let curve: DistanceCurve = { a: 1, b: 1 };
  let damping = DAMPING.first;
  for (let step = 0; step < STEPS && damping < DAMPING.last; step++) {
    const next = stepTo(curve, samples, wanted, damping);
    const isBetter = next.a > 0 && next.b > 0 && miss(next, samples, wanted) < miss(curve, samples, wanted);
    if (isBetter) curve = next;
    damping *= isBetter ? 1 / DAMPING.factor : DAMPING.factor;
  }
  return curve;
}

function weigh({ a, b }: DistanceCurve, r: number): number {
  return 1 / (1 + a * r ** (2 * b));
}

function miss(curve: DistanceCurve, samples: readonly number[], wanted: readonly number[]): number {
  return samples.reduce((sum, r, i) => sum + (weigh(curve, r) - wanted[i]!) ** 2, 0);
}

/** The damped step of the two parameters, from the normal equations. */
function stepTo(
  curve: DistanceCurve,
  samples: readonly number[],
  wanted: readonly number[],
  damping: number,
): DistanceCurve {
  const { a, b } = curve;
  let [aa, ab, bb, ae, be] = [0, 0, 0, 0, 0];
  for (const [i, r] of samples.entries()) {
    if (r === 0) continue;
    const value = weigh(curve, r);
    const byA = -(value ** 2) * r ** (2 * b);
    const byB = byA * a * 2 * Math.log(r);
    const error = wanted[i]! - value;
    aa += byA * byA;
    ab += byA * byB;
    bb += byB * byB;
    ae += byA * error;
    be += byB * error;
  }
  const [damped, dampedB] = [aa * (1 + damping), bb * (1 + damping)];
  const determinant = damped * dampedB - ab * ab;
  return { a: a + (ae * dampedB - be * ab) / determinant, b: b + (be * damped - ae * ab) / determinant };
}
