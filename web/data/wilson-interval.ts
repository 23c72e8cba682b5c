import { NORMAL_QUANTILE as Z } from "../../src/numerics/normal-quantile.ts";

/** The 95 % interval of a share seen `count` times in `total` (Wilson 1927). */
export function wilsonInterval(count: number, total: number): readonly [low: number, high: number] {
  const share = count / total;
  const spread = Z ** 2 / total;
  const centre = (share + spread / 2) / (1 + spread);
  const half = (Z / (1 + spread)) * Math.sqrt((share * (1 - share)) / total + spread / (4 * total));
  return [count === 0 ? 0 : centre - half, count === total ? 1 : centre + half];
}
