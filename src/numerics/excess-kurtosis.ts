/** Fisher's kurtosis of the values, their fourth central moment over the squared variance, less 3: 0 for a Gaussian, and where they do not vary. */
export function excessKurtosis(values: ArrayLike<number>): number {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! / n;
  let second = 0;
  let fourth = 0;
  for (let i = 0; i < n; i++) {
    const square = (values[i]! - mean) ** 2;
    second += square / n;
    fourth += (square * square) / n;
  }
  return second > 0 ? fourth / second ** 2 - 3 : 0;
}
