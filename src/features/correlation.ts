import type { Correlation } from "./feature-record.ts";

/** Entries of a list of neighbours. */
export const NEIGHBOURS = 10;

/** A variance below this share of the mean square is rounding of the sums. */
const VARIED = 1e-10;

/** The centred sum of squares of `count` numbers from their sums; 0 where they do not vary. */
export function centredSquares(sum: number, squares: number, count: number): number {
  const centred = squares - (sum * sum) / count;
  return centred > VARIED * squares ? centred : 0;
}

/** The ten largest scores offered, of equal ones those with the lower index first. */
export interface Ranking {
  offer(index: number, score: number, pearson: number): void;
  list(): Correlation[];
}

/** An empty ranking. */
export function createRanking(): Ranking {
  const best: { index: number; score: number; pearson: number }[] = [];
  return {
    offer: (index, score, pearson) => {
      if (best.length === NEIGHBOURS && !isBetter(index, score, best[NEIGHBOURS - 1]!)) return;
      let at = Math.min(best.length, NEIGHBOURS - 1);
      for (; at > 0 && isBetter(index, score, best[at - 1]!); at--) best[at] = best[at - 1]!;
      best[at] = { index, score, pearson };
    },
    list: () => best.map(({ index, pearson }) => ({ index, pearson })),
  };
}

function isBetter(index: number, score: number, other: { readonly index: number; readonly score: number }): boolean {
  return score > other.score || (score === other.score && index < other.index);
}
