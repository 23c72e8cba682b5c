import { HIGHEST_LEVEL } from "./quantise-activation.ts";

/** Longest explanation that is kept; a model is asked to be succinct. */
const LONGEST_EXPLANATION = 1000;

/** What stands last between `<answer>` and `</answer>`, on one line; null where nothing does. */
export function readExplanation(reply: string): string | null {
  const answers = [...reply.matchAll(/<answer>(.*?)<\/answer>/gs)];
  const text = answers.at(-1)?.[1]?.replace(/\s+/g, " ").trim().slice(0, LONGEST_EXPLANATION).toWellFormed();
  return text === undefined || text === "" ? null : text;
}

/** The levels that end the reply's lines, cut into passages of these lengths; null unless there is exactly one for each token. */
export function readLevels(reply: string, lengths: readonly number[]): number[][] | null {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const levels = readLines(reply, /[\s"](\d+)$/, total)?.map(Number);
  if (levels === undefined || levels.some((level) => level > HIGHEST_LEVEL)) return null;
  const rest = [...levels];
  return lengths.map((length) => rest.splice(0, length));
}

/** The answers that end the reply's lines; null unless there is exactly one, yes or no, for each question. */
export function readYesNo(reply: string, questions: number): boolean[] | null {
  return (
    readLines(reply, /(?:^|[\s":])(yes|no)\.?$/i, questions)?.map((answer) => answer.toLowerCase() === "yes") ?? null
  );
}

/** What a pattern finds in each line that is not empty: all lines must have it, and be as many as wanted. */
function readLines(reply: string, pattern: RegExp, wanted: number): string[] | undefined {
  const lines = reply
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== "" && !/^`{3}\w*$/.test(line.trim()));
  const found = lines.flatMap((line) => pattern.exec(line)?.[1] ?? []);
  return found.length === wanted && lines.length === wanted ? found : undefined;
}
