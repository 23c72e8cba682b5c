import type { LabelledPassage } from "./feature-exam.ts";
import { listTests } from "./list-tests.ts";
import type { TokenTest } from "./token-rules.ts";

/** Tokens of which all tests hold have this level, unless an earlier rule said another. */
export interface TokenRule {
  readonly tests: readonly TokenTest[];
  readonly level: number;
}

const MOST_RULES = 6;
const MOST_TESTS = 4;
/** A split is worth its words if it removes this share of the squared error that is there before the first one. */
const LEAST_GAIN = 0.02;

/** All tokens of the passages in a row. */
interface TokenRows {
  readonly levels: Float64Array;
  /** The passage of each token. */
  readonly passages: Uint16Array;
  readonly count: number;
}

/** A node of the tree: the tokens that passed `tests` and failed others before. */
interface Node {
  readonly rows: Uint32Array;
  /** The tests passed on the way; those failed are said by the order of the rules. */
  readonly tests: readonly TokenTest[];
  readonly split: Split | undefined;
}

interface Split {
  readonly test: TokenTest;
  readonly gain: number;
  readonly holds: Uint8Array; // by row
}

/**
 * Up to six rules for a feature's levels, the first that holds deciding; the last one holds of every token. They are the leaves of a
 * regression tree, grown where a test removes most squared error. Each passage's error is that of means without it, so that a test which
 * holds within one passage alone gains nothing.
 */
export function growRules(examples: readonly LabelledPassage[]): TokenRule[] {
  const rows = listRows(examples);
  const tests = listTests(examples);
  const all = Uint32Array.from({ length: rows.levels.length }, (_, row) => row);
  const leastGain = LEAST_GAIN * measureError(sumUp(rows, all), rows.count);
  const open = (of: Uint32Array, passed: readonly TokenTest[]): Node => ({
    rows: of,
    tests: passed,
    split: passed.length < MOST_TESTS ? findSplit(rows, of, tests, leastGain) : undefined,
  });
  // In the order of the rules: what passes a test stands before what fails it.
  let leaves = [open(all, [])];
  while (leaves.length < MOST_RULES) {
    const best = leaves.reduce((a, b) => ((b.split?.gain ?? 0) > (a.split?.gain ?? 0) ? b : a));
    const { split } = best;
    if (split === undefined) break;
    const passing = open(
      best.rows.filter((row) => split.holds[row] === 1),
      [...best.tests, split.test],
    );
    const failing = open(
      best.rows.filter((row) => split.holds[row] === 0),
      best.tests,
    );
    leaves = leaves.flatMap((leaf) => (leaf === best ? [passing, failing] : [leaf]));
  }
  return leaves.map((leaf) => ({ tests: leaf.tests, level: meanLevel(rows, leaf.rows) }));
}

function listRows(examples: readonly LabelledPassage[]): TokenRows {
  return {
    levels: Float64Array.from(examples.flatMap(({ levels }) => levels)),
    passages: Uint16Array.from(examples.flatMap(({ levels }, passage) => levels.map(() => passage))),
    count: examples.length,
  };
}

/** One decimal, as the sentences say it. */
function meanLevel({ levels }: TokenRows, rows: Uint32Array): number {
  const sum = rows.reduce((total, row) => total + levels[row]!, 0);
  return rows.length === 0 ? 0 : Math.round((10 * sum) / rows.length) / 10;
}

/** Per passage: tokens, sum of levels and of their squares. */
type Sums = Float64Array; // [3 passages]

function sumUp({ levels, passages, count }: TokenRows, rows: Uint32Array, holding?: Uint8Array): Sums {
  const sums = new Float64Array(3 * count);
  for (const row of rows) {
    if (holding !== undefined && holding[row] === 0) continue;
    const at = 3 * passages[row]!;
    sums[at] = sums[at]! + 1;
    sums[at + 1] = sums[at + 1]! + levels[row]!;
    sums[at + 2] = sums[at + 2]! + levels[row]! ** 2;
  }
  return sums;
}

/** Squared error when each passage is predicted by the mean of the others; by 0, silence, where there are no others. */
function measureError(sums: Sums, count: number): number {
  let tokens = 0;
  let total = 0;
  for (let at = 0; at < 3 * count; at += 3) {
    tokens += sums[at]!;
    total += sums[at + 1]!;
  }
  let error = 0;
  for (let at = 0; at < 3 * count; at += 3) {
    const others = tokens - sums[at]!;
    const mean = others > 0 ? (total - sums[at + 1]!) / others : 0;
    error += sums[at + 2]! - 2 * mean * sums[at + 1]! + mean * mean * sums[at]!;
  }
  return error;
}

function findSplit(
  rows: TokenRows,
  of: Uint32Array,
  tests: ReturnType<typeof listTests>,
  leastGain: number,
): Split | undefined {
  const whole = sumUp(rows, of);
  const before = measureError(whole, rows.count);
  let best: Split | undefined;
  const offer = (test: TokenTest, holding: Uint8Array): void => {
    const yes = sumUp(rows, of, holding);
    const no = whole.map((sum, i) => sum - yes[i]!);
    const gain = before - measureError(yes, rows.count) - measureError(no, rows.count);
    if (gain > leastGain && gain > (best?.gain ?? 0)) best = { test, gain, holds: holding };
  };
  for (const { test, holds } of tests) offer(test, holds);
  for (const back of [0, 1, 2] as const) {
    for (const { test, holds } of uniteTokens(rows, of, tests, back)) offer(test, holds);
  }
  return best;
}

const MOST_TOKENS = 8;

/** The sets of tokens with the highest mean levels: the best one token, the best two, and so on. */
function* uniteTokens(rows: TokenRows, of: Uint32Array, tests: ReturnType<typeof listTests>, back: 0 | 1 | 2) {
  const ranked = tests
    .flatMap(({ test, holds }) => (test.kind === "token" && test.back === back ? [{ texts: test.texts, holds }] : []))
    .map((entry) => ({ ...entry, mean: shrunkMean(rows, of, entry.holds) }))
    .sort((a, b) => b.mean - a.mean)
    .slice(0, MOST_TOKENS);
  const united = new Uint8Array(rows.levels.length);
  const texts: string[] = [];
  for (const entry of ranked) {
    entry.holds.forEach((value, row) => {
      if (value === 1) united[row] = 1;
    });
    texts.push(...entry.texts);
    yield { test: { kind: "token", back, texts: [...texts] } as const, holds: united.slice() };
  }
}

/** The mean level with one silent token more, so that rare tokens do not come first. */
function shrunkMean({ levels }: TokenRows, of: Uint32Array, holding: Uint8Array): number {
  let sum = 0;
  let tokens = 1;
  for (const row of of) {
    if (holding[row] === 0) continue;
    sum += levels[row]!;
    tokens++;
  }
  return sum / tokens;
}
