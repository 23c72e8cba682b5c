import { UserError } from "../numerics/user-error.ts";
import { type FeatureTable, LOGIT_TOKENS, TOP_TOKENS } from "./feature-table.ts";

const LONGEST_QUERY = 200;
const MOST_WORDS = 16;

/** The words of a search; throws a `UserError` where there are more than anyone looks for. */
export function parseQuery(query: string): string[] {
  const words = splitWords(query);
  if (query.length > LONGEST_QUERY || words.length > MOST_WORDS)
    throw new UserError(
      `the search has ${query.length} characters and ${words.length} words, at most ${LONGEST_QUERY} and ${MOST_WORDS} are looked for`,
      2,
    );
  return words;
}

/** The words between white space, and what is left of them without punctuation: `(feature` is found by `feature` too. */
export function listWords(text: string): string[] {
  return splitWords(text).flatMap((word) => {
    const parts = word.split(/[\p{P}\p{S}]+/u).filter((part) => part !== "");
    return parts.length === 1 && parts[0] === word ? [word] : [word, ...parts];
  });
}

/** The tokens by which a feature is found: the most frequent of its top examples, and those it makes likelier. */
export function listSearchTokens({ topTokens, logitTokens }: FeatureTable, feature: number): number[] {
  const rows = [rowOf(topTokens, feature, TOP_TOKENS), rowOf(logitTokens, feature, LOGIT_TOKENS)];
  return rows.flatMap((row) => [...row]).filter((token) => token >= 0);
}

/** What people and methods wrote about a dictionary's features, as it is found: labels, notes and explanations, by feature. */
export function joinWritten(written: {
  readonly annotations: readonly { readonly feature: number; readonly label: string; readonly note: string }[];
  readonly explanations: readonly { readonly feature: number; readonly text: string }[];
}): Map<number, string> {
  const texts = new Map<number, string>();
  const add = (feature: number, text: string) => texts.set(feature, `${texts.get(feature) ?? ""} ${text}`);
  for (const { feature, label, note } of written.annotations) add(feature, `${label} ${note}`);
  for (const { feature, text } of written.explanations) add(feature, text);
  return texts;
}

function splitWords(text: string): string[] {
  const tidy = text.normalize("NFKC").replace(/[\p{C}\p{Z}\s]+/gu, " ");
  return tidy.split(" ").filter((word) => word !== "");
}

function rowOf(column: Int32Array, feature: number, width: number): Int32Array {
  return column.subarray(feature * width, (feature + 1) * width);
}
