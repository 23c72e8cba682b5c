import { createPermutation } from "../numerics/permutation.ts";

/** Tokens asked about, half of them raised ones (paper, appendix on automation). */
export const LOGIT_TEST_TOKENS = 100;
const FIRST_RANK = 10;

/** A token of the logit test, and whether it is one of those that the feature makes likelier. */
export interface LogitTestToken {
  readonly token: number;
  readonly raised: boolean;
}

/**
 * 100 tokens in random order: the 50 ranked 10th to 59th by logit weight, and 50 random ones ranked below them. The first ranks are
 * left out because the explanation is found from them. Fewer, as many of either, where the vocabulary in use is small.
 */
export function chooseLogitTokens(
  logits: ArrayLike<number>,
  inUse: ArrayLike<number>,
  seed: number,
  feature: number,
): LogitTestToken[] {
  const ranked = Array.from({ length: inUse.length }, (_, i) => inUse[i]!);
  ranked.sort((a, b) => logits[b]! - logits[a]! || a - b);
  const available = Math.max(0, ranked.length - FIRST_RANK + 1);
  const count = Math.min(LOGIT_TEST_TOKENS / 2, Math.floor(available / 2));
  const raised = ranked.slice(FIRST_RANK - 1, FIRST_RANK - 1 + count);
  const others = ranked.slice(FIRST_RANK - 1 + count);
  const pick = createPermutation(others.length, seed, "logit test", feature);
  const chosen = [
    ...raised.map((token) => ({ token, raised: true })),
    ...Array.from({ length: count }, (_, i) => ({ token: others[pick(i)]!, raised: false })),
  ];
  const order = createPermutation(chosen.length, seed, "logit test order", feature);
  return chosen.map((_, i) => chosen[order(i)]!);
}
