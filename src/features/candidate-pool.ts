/**
 * Keeps, for each of many slots, the best-scored tokens offered to it, at most one per context: the best of its context.
 * The result is a function of the set of offers, not of their order within a context or of the order of contexts; of
 * equal scores the lower token is better.
 */
export interface CandidatePool {
  offer(slot: number, score: number, token: number): void;
  /** Ends a context: its best token of each slot becomes a candidate. */
  endContext(): void;
  /** The tokens kept for a slot, best first. */
  list(slot: number): Uint32Array;
}

/** A pool with room for `capacity` candidates in each slot. Scores are kept as float32. */
export function createCandidatePool(slots: number, capacity: number): CandidatePool {
  const sizes = new Uint16Array(slots);
  const scores = new Float32Array(slots * capacity);
  const tokens = new Uint32Array(slots * capacity);
  const bestScores = new Float32Array(slots);
  const bestTokens = new Uint32Array(slots);
  const isTouched = new Uint8Array(slots);
  const touched = new Uint32Array(slots);
  let touchedCount = 0;

  const insert = (slot: number): void => {
    const score = bestScores[slot]!;
    const token = bestTokens[slot]!;
    const first = slot * capacity;
    const size = sizes[slot]!;
    const isFull = size === capacity;
    let at = first + (isFull ? size - 1 : size);
    if (isFull && !isBetter(score, token, scores[at]!, tokens[at]!)) return;
    while (at > first && isBetter(score, token, scores[at - 1]!, tokens[at - 1]!)) {
      scores[at] = scores[at - 1]!;
      tokens[at] = tokens[at - 1]!;
      at--;
    }
    scores[at] = score;
    tokens[at] = token;
    if (!isFull) sizes[slot] = size + 1;
  };

  return {
    offer: (slot, score, token) => {
      if (isTouched[slot] === 0) {
        isTouched[slot] = 1;
        touched[touchedCount++] = slot;
      } else if (!isBetter(score, token, bestScores[slot]!, bestTokens[slot]!)) return;
      bestScores[slot] = score;
      bestTokens[slot] = token;
    },
    endContext: () => {
      for (let i = 0; i < touchedCount; i++) {
        insert(touched[i]!);
        isTouched[touched[i]!] = 0;
      }
      touchedCount = 0;
    },
    list: (slot) => tokens.slice(slot * capacity, slot * capacity + sizes[slot]!),
  };
}

function isBetter(score: number, token: number, otherScore: number, otherToken: number): boolean {
  return score > otherScore || (score === otherScore && token < otherToken);
}
