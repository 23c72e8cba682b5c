import { UserError } from "../../numerics/user-error.ts";
import { type SweepConfig, sweepConfigSchema } from "./sweep-config.ts";

/** Whether `FIELD=VALUE` is about the members of a sweep rather than about the run they share. */
export function isSweepField(assignment: string): boolean {
  return /^(dictionary\.|recipe=|evaluation\.tokens=)/.test(assignment);
}

/** A sweep with `--vary FIELD=V,V` and `--set FIELD=VALUE` applied; a `UserError` (exit code 2) where one is malformed. */
export function applyFlags(sweep: SweepConfig, vary: readonly string[], set: readonly string[]): SweepConfig {
  const axes = new Map(Object.entries(sweep.vary));
  const given = new Set<string>();
  for (const text of vary) {
    const [field, values] = cut(text, "--vary", "dictionary.l1=0.5,1,2");
    if (given.has(field)) throw new UserError(`--vary ${field} is given twice: list its values in one`, 2);
    given.add(field);
    axes.set(field, parseValues(field, values));
  }
  const fields = Object.fromEntries(set.map((text) => cut(text, "--set", "dictionary.l1=1")));
  const { "evaluation.tokens": tokens, ...own } = fields;
  const parsed = Object.fromEntries(Object.entries(own).map(([field, value]) => [field, parseValue(value)]));
  const evaluationTokens = tokens === undefined ? {} : { evaluationTokens: parseTokens(tokens) };
  return sweepConfigSchema.parse({
    ...sweep,
    ...evaluationTokens,
    set: { ...sweep.set, ...parsed },
    vary: Object.fromEntries(axes),
  });
}

/** Values between commas; those inside brackets, braces and quotes belong to a value. */
export function splitValues(text: string): string[] {
  const values = [""];
  let depth = 0;
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    if (!quoted && "[{".includes(character)) depth++;
    if (!quoted && "]}".includes(character)) depth--;
    if (character === "," && depth === 0 && !quoted) values.push("");
    else values[values.length - 1] += character;
  }
  return values.map((value) => value.trim());
}

function parseValues(field: string, text: string): SweepConfig["vary"][string] {
  if (text.trim() === "") throw new UserError(`--vary ${field}=: no values; wanted ${field}=V,V`, 2);
  const values = splitValues(text);
  if (values.includes("")) throw new UserError(`--vary ${field}=${text}: an empty value between two commas`, 2);
  return values.map(parseValue);
}

function cut(text: string, flag: string, example: string): [string, string] {
  const at = text.indexOf("=");
  if (at <= 0) throw new UserError(`${flag} ${text}: wanted FIELD=VALUE, for example ${flag} ${example}`, 2);
  return [text.slice(0, at), text.slice(at + 1)];
}

function parseTokens(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UserError(`evaluation.tokens is ${text}, wanted a whole number`, 2);
  return Number(text);
}

/** JSON, or plain words. */
function parseValue(text: string): SweepConfig["set"][string] {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
