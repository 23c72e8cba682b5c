import { NORMAL_QUANTILE } from "./normal-quantile.ts";

/** The 95 % interval of a share seen among `total` that are independent (Wilson 1927), within 0 and 1 whatever the share. */
export function wilsonInterval(
  share: number,
  total: number,
  quantile = NORMAL_QUANTILE,
): readonly [low: number, high: number] {
  const spread = quantile ** 2 / total;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (quantile / (1 + spread)) * Math.sqrt((share * (1 - share)) / total + spread / (4 * total));
  return [share === 0 ? 0 : centre - half, share === 1 ? 1 : centre + half];
}
