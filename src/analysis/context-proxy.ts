import { z } from "zod";
import { UserError } from "../numerics/user-error.ts";
import { compileCharacterClass, compilePattern, listAlphabets } from "./compile-rule.ts";

const characterClass = z
  .string()
  .min(1)
  .refine(
    (value) => compileCharacterClass(value) !== undefined,
    "no class of characters as in [...] of a regular expression",
  );

const ruleSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("characters"),
    class: characterClass.describe(
      "what stands between [ and ] of a regular expression: blocks, \\p{Script=...}, ranges",
    ),
  }),
  z.strictObject({
    kind: z.literal("string"),
    alphabet: z
      .union([characterClass, z.array(characterClass).min(1).max(8).readonly()])
      .describe("characters that are equally probable; of several such alphabets a string keeps to one"),
    size: z.int().min(2).describe("how many characters an alphabet has"),
    minimumTokens: z.int().min(1).max(16).default(1).describe("tokens of the shortest string"),
  }),
  z.strictObject({
    kind: z.literal("pattern"),
    pattern: z.string().min(1).max(10_000).describe("a regular expression"),
    flags: z
      .string()
      .regex(/^[imsv]*$/)
      .default("")
      .describe("i, m, s or v"),
  }),
  z.strictObject({ kind: z.literal("tokens"), tokens: z.array(z.string().min(1)).min(1).readonly() }),
  z.strictObject({
    kind: z.literal("label"),
    label: z.string().min(1).describe("name of a document label, such as domain or lang"),
    values: z.array(z.string()).min(1).readonly().describe("values that count; a * at the end stands for anything"),
  }),
]);

/** A proxy as files give it. */
export const proxySchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,40}$/)
    .describe("how commands and addresses name it"),
  title: z.string().min(1).max(80).describe("how pages name it"),
  rule: ruleSchema.describe("which tokens belong to it"),
});

/** A computable stand-in for "this token belongs to X" (paper, appendix on feature proxies). */
export type ContextProxy = z.output<typeof proxySchema>;

/** What makes a token belong to a proxy. */
export type ProxyRule = ContextProxy["rule"];

/** The proxies of a file, checked; `where` names it in the `UserError`. */
export function parseProxies(value: unknown, where: string): readonly ContextProxy[] {
  const result = z.array(proxySchema).min(1).safeParse(value);
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    throw new UserError(
      `${where}: ${["proxies", ...path].join(".")}: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
      2,
    );
  }
  for (const { name, rule } of result.data)
    if (rule.kind === "pattern") compilePattern(rule, `${where}: proxy ${name}`);
  return result.data;
}

/** The rule in words. */
export function describeRule(rule: ProxyRule): string {
  switch (rule.kind) {
    case "characters":
      return `tokens at the end of a string that is of the characters [${rule.class}] more probably than not`;
    case "string":
      return `tokens at the end of a string${rule.minimumTokens > 1 ? ` of ${rule.minimumTokens} tokens or more` : ""} that is likelier as random characters of ${listAlphabets(
        rule.alphabet,
      )
        .map((alphabet) => `[${alphabet}]`)
        .join(" or of ")} than as text`;
    case "pattern":
      return `tokens within a match of /${rule.pattern}/${rule.flags}`;
    case "tokens":
      return `the tokens ${rule.tokens.map((token) => JSON.stringify(token)).join(", ")}`;
    case "label":
      return `tokens of documents labelled ${rule.label} = ${rule.values.join(" or ")}`;
    default:
      return rule satisfies never;
  }
}
