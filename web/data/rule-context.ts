import { createContext } from "preact";
import type { Example } from "../../src/features/feature-record.ts";

/** Which tokens of each example's window a reader's rule matches, 1 where it does. */
export type RuleMarks = ReadonlyMap<Example, Uint8Array>;

/** What is known of the tokens that a reader's rule matches. */
export type RuleState =
  | { readonly kind: "none" | "working" }
  | { readonly kind: "failed"; readonly problem: string }
  | { readonly kind: "marked"; readonly marks: RuleMarks };

/** The rule in force on a feature's page, for every example on it. */
export const RuleContext = createContext<RuleState>({ kind: "none" });
