import type { CodeScan } from "../features/scan-codes.ts";
import { locateToken, mergeRepeats, readWindow, type SearchedText } from "../features/searched-text.ts";

/** A token on which many features of a group fire at once. */
export interface SharedInput {
  /** How many of the group fire there. */
  readonly fired: number;
  /** Where the token stands: its context, its position there, its document. */
  readonly context: number;
  readonly position: number;
  readonly document: number;
  /** Ids of the tokens around it, -1 beyond its context; the token itself in the middle. */
  readonly window: readonly number[];
  /** Tokens with the same window that were among the best. */
  readonly repeats: number;
}

/** What a group of features does on a text. */
export interface GroupFirings {
  readonly tokens: number;
  /** Members that fired at all. */
  readonly fired: number;
  /** Tokens on which any of them fired. */
  readonly onTokens: number;
  /** The tokens on which most of them fired, those with most first. */
  readonly inputs: readonly SharedInput[];
}

const KEPT = 64;
const LISTED = 5;

/** Looks for the inputs that most members of a group fire on, in one pass over a scan. Yields the share that is done. */
export async function* findSharedInputs(
  scan: CodeScan,
  text: SearchedText,
  features: number,
  members: readonly number[],
): AsyncGenerator<number, GroupFirings> {
  const isMember = new Uint8Array(features);
  for (const member of members) isMember[member] = 1;
  const hasFired = new Uint8Array(features);
  const best: Candidate[] = [];
  let [tokens, onTokens] = [0, 0];
  for (let index = 0; index < scan.batches; index++) {
    const { rowStarts, features: fired, firstContext } = await scan.batch(index);
    const rows = rowStarts.length - 1;
    for (let row = 0; row < rows; row++) {
      let count = 0;
      for (let k = rowStarts[row]!; k < rowStarts[row + 1]!; k++) {
        if (isMember[fired[k]!] === 0) continue;
        hasFired[fired[k]!] = 1;
        count++;
      }
      if (count === 0) continue;
      onTokens++;
      keepBest(best, { token: firstContext * text.contextLength + row, count });
    }
    tokens += rows;
    yield (index + 1) / scan.batches;
  }
  return {
    tokens,
    fired: hasFired.reduce((sum, value) => sum + value, 0),
    onTokens,
    inputs: listInputs(text, best),
  };
}

interface Candidate {
  readonly token: number;
  readonly count: number;
}

/** Puts a token among the best, most firings first, of equal ones the earlier token. */
function keepBest(best: Candidate[], candidate: Candidate): void {
  if (best.length === KEPT && candidate.count <= best.at(-1)!.count) return;
  if (best.length === KEPT) best.pop();
  let at = best.length;
  while (at > 0 && candidate.count > best[at - 1]!.count) at--;
  best.splice(at, 0, candidate);
}

function listInputs(text: SearchedText, best: readonly Candidate[]): SharedInput[] {
  const counts = new Map(best.map(({ token, count }) => [token, count]));
  const tokens = Uint32Array.from(best, ({ token }) => token);
  return mergeRepeats(text, tokens, LISTED).map(([token, repeats]) => ({
    fired: counts.get(token)!,
    ...locateToken(text, token),
    window: readWindow(text, token),
    repeats,
  }));
}
