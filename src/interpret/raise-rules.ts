import { listOwnTests } from "./list-tests.ts";
import type { ShownToken } from "./spell-tokens.ts";
import { holds, type TokenTest } from "./token-rules.ts";

const MOST_TESTS = 3;
/** A further test is worth its words if it adds this much to the share of raised tokens less that of others. */
const LEAST_GAIN = 0.15;

/**
 * Up to three tests that hold of the tokens a feature raises most and of few others: of those it lowers most, and of those that its
 * examples happen to hold. None where no test tells them apart.
 */
export function findRaiseTests(raised: readonly ShownToken[], others: readonly ShownToken[]): TokenTest[] {
  const candidates = new Map(raised.flatMap(listOwnTests).map((test) => [JSON.stringify(test), test]));
  const chosen: TokenTest[] = [];
  let score = 0;
  while (chosen.length < MOST_TESTS) {
    let best: { readonly test: TokenTest; readonly score: number } | undefined;
    for (const test of candidates.values()) {
      const tests = [...chosen, test];
      const found = shareHeld(tests, raised) - shareHeld(tests, others);
      if (found > (best?.score ?? 0)) best = { test, score: found };
    }
    if (best === undefined || best.score < score + LEAST_GAIN) break;
    chosen.push(best.test);
    score = best.score;
  }
  return chosen;
}

/** Whether any of the tests holds of a token by itself. */
export function isRaised(tests: readonly TokenTest[], token: ShownToken): boolean {
  const alone = { tokens: [token], labels: {} };
  return tests.some((test) => holds(test, alone, 0));
}

function shareHeld(tests: readonly TokenTest[], tokens: readonly ShownToken[]): number {
  return tokens.length === 0 ? 0 : tokens.filter((token) => isRaised(tests, token)).length / tokens.length;
}
