import { UserError } from "../numerics/user-error.ts";
import type { ProxyRule } from "./context-proxy.ts";

/** A test of single characters against what stands between [ and ]; undefined where that is no class. */
export function compileCharacterClass(content: string): RegExp | undefined {
  try {
    return new RegExp(`^[${content}]$`, "u");
  } catch {
    return undefined;
  }
}

/** The regular expression of a pattern rule, to be run through all matches; a `UserError` where it is none. */
export function compilePattern({ pattern, flags }: Extract<ProxyRule, { kind: "pattern" }>, where: string): RegExp {
  try {
    return new RegExp(pattern, `${flags.includes("v") ? "" : "u"}${flags}g`);
  } catch (error) {
    throw new UserError(
      `${where}: ${(error as Error).message.charAt(0).toLowerCase()}${(error as Error).message.slice(1)}`,
      2,
    );
  }
}

/** The alphabets of a string rule. */
export function listAlphabets(alphabet: string | readonly string[]): readonly string[] {
  return typeof alphabet === "string" ? [alphabet] : alphabet;
}
