import type { ProxyRule } from "../src/analysis/context-proxy.ts";

/** Texts of tokens, and the rule that is to be tried on them. */
export interface RuleJob {
  readonly rule: ProxyRule;
  /** Places in `vocabulary`. */
  readonly tokens: Uint32Array;
  /** Where each text begins. */
  readonly starts: Uint32Array;
  readonly vocabulary: readonly Uint8Array[];
}

/** `ready` comes first, once. */
export type RuleAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "marks"; readonly marks: Uint8Array }
  | { readonly kind: "failed"; readonly message: string };
