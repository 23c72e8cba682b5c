import type { ProxyRule } from "../../src/analysis/context-proxy.ts";

/** The kinds of rule that a reader can write, by the names that pages use. */
export const RULE_KINDS = { pattern: "regular expression", tokens: "tokens" } as const;

/** A rule of a reader's own, as the address has it. */
export interface ExampleRule {
  readonly kind: keyof typeof RULE_KINDS;
  readonly text: string;
  readonly ignoresCase: boolean;
}

/** The rule of an address; an empty text is none. */
export function parseExampleRule(query: URLSearchParams): ExampleRule {
  return {
    kind: query.get("rk") === "tokens" ? "tokens" : "pattern",
    text: query.get("rule") ?? "",
    ignoresCase: query.get("ri") === "1",
  };
}

/** The rule as proxies have it; tokens are told apart by | and keep the spaces in front of them. */
export function createProxyRule({ kind, text, ignoresCase }: ExampleRule): ProxyRule {
  if (kind === "pattern") return { kind, pattern: text, flags: ignoresCase ? "i" : "" };
  return { kind, tokens: text.split("|").filter((token) => token !== "") };
}
