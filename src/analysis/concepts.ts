/** What makes a token belong to a concept. */
export type ConceptRule =
  /** A byte of the token is part of a character whose Unicode script property is `script`. */
  | { readonly kind: "script"; readonly script: string }
  /** The token lies in a document whose label `domain` is one of `domains`. */
  | { readonly kind: "domain"; readonly domains: readonly string[] };

/** Something a feature might stand for that can be decided for every token without a person. */
export interface Concept {
  readonly name: string;
  readonly rule: ConceptRule;
}

/** The concepts every report searches for; the paper examined features of Arabic, DNA, base64 and Hebrew. */
export const CONCEPTS: readonly Concept[] = [
  { name: "Arabic script", rule: { kind: "script", script: "Arabic" } },
  { name: "Hebrew", rule: { kind: "script", script: "Hebrew" } },
  { name: "Cyrillic", rule: { kind: "script", script: "Cyrillic" } },
  { name: "DNA", rule: { kind: "domain", domains: ["dna"] } },
  { name: "base64", rule: { kind: "domain", domains: ["base64"] } },
  { name: "hexadecimal", rule: { kind: "domain", domains: ["hexadecimal", "hex"] } },
];

/** The rule in words. */
export function describeRule(rule: ConceptRule): string {
  switch (rule.kind) {
    case "script":
      return `tokens with a byte of a character of Unicode script ${rule.script}`;
    case "domain":
      return `tokens of documents labelled domain = ${rule.domains.join(" or ")}`;
    default:
      return rule satisfies never;
  }
}
