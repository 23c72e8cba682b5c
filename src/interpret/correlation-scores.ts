/** Pearson's correlation, weighted where weights are given; 0 where either side is constant, as the paper scores it. */
export function scorePearson(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  const weightOf = (i: number) => weights?.[i] ?? 1;
  const [x, y] = [centre(predicted, weightOf), centre(actual, weightOf)];
  if (x === null || y === null) return 0;
  let products = 0;
  let squaresX = 0;
  let squaresY = 0;
  for (let i = 0; i < x.length; i++) {
    products += weightOf(i) * x[i]! * y[i]!;
    squaresX += weightOf(i) * x[i]! * x[i]!;
    squaresY += weightOf(i) * y[i]! * y[i]!;
  }
  return products / Math.sqrt(squaresX * squaresY);
}

/**
 * Spearman's correlation: Pearson's of the ranks, equal values sharing the middle of theirs; 0 where either side is constant.
 * A value of weight w counts as w equal ones, in the ranks as in the correlation.
 */
export function scoreSpearman(
  predicted: ArrayLike<number>,
  actual: ArrayLike<number>,
  weights?: ArrayLike<number>,
): number {
  return scorePearson(rank(predicted, weights), rank(actual, weights), weights);
}

/** Distances from the mean of the values that count; null where these are all equal. */
function centre(values: ArrayLike<number>, weightOf: (i: number) => number): Float64Array | null {
  const centred = Float64Array.from(values);
  let total = 0;
  let sum = 0;
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  centred.forEach((value, i) => {
    const weight = weightOf(i);
    if (weight === 0) return;
    total += weight;
    sum += weight * value;
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
  });
  return minimum < maximum ? centred.map((value) => value - sum / total) : null;
}

function rank(values: ArrayLike<number>, weights?: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  let before = 0;
  for (let first = 0; first < order.length; ) {
    let end = first;
    let weight = 0;
    while (end < order.length && values[order[end]!] === values[order[first]!]) {
      weight += weights?.[order[end]!] ?? 1;
      end++;
    }
    for (let i = first; i < end; i++) ranks[order[i]!] = before + weight / 2;
    before += weight;
    first = end;
  }
  return ranks;
}
