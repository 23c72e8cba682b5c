import { readFileSync } from "node:fs";
import { UserError } from "../numerics/user-error.ts";

/** Reads a JSON object that a stage wrote; one that is missing or no JSON object is a `UserError` saying how to get it anew. */
export function readJson(path: string, stage: string): Record<string, unknown> {
  const remedy = `delete the record of stage ${stage} in the run's folder stages and run the same command again`;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code}); ${remedy}`);
  }
  const value = parse(text);
  if (value === undefined) throw new UserError(`${path} is damaged: it is no JSON object; ${remedy}`);
  return value;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
