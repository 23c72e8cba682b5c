import type { FeatureRecord } from "../features/feature-record.ts";
import { findRaiseTests, isRaised } from "./raise-rules.ts";
import type { ShownToken } from "./spell-tokens.ts";
import { describeTest } from "./token-rules.ts";

/** What the rules say a feature makes likelier. */
export interface PredictedTokens {
  /** In words, such as `tokens in Arabic script`; empty where no rule was found. */
  readonly rule: string;
  /** 1 for a token in use of which a rule holds and from which no rule was found. */
  readonly belongs: Uint8Array; // [V]
  /** How many there are. */
  readonly tokens: number;
}

/** How a vocabulary is read. */
export interface Vocabulary {
  readonly size: number;
  readonly inUse: ArrayLike<number>;
  readonly spell: (token: number) => ShownToken;
}

/**
 * The tokens that a feature's explanation by rules predicts it to make likelier. The rules are found from the ten tokens with the
 * largest logit weights against those with the smallest and those it fires on; the twenty are then no part of what is predicted.
 */
export function predictTokens(
  { logits, groups, window }: Pick<FeatureRecord, "logits" | "groups" | "window">,
  { size, inUse, spell }: Vocabulary,
): PredictedTokens {
  const belongs = new Uint8Array(size);
  if (logits === null) return { rule: "", belongs, tokens: 0 };
  const [raised, lowered] = [logits.positive, logits.negative].map((weights) => weights.map(({ token }) => token));
  const fired = groups.find(({ kind }) => kind === "top")?.examples.map(({ tokens }) => tokens[window]!) ?? [];
  const tests = findRaiseTests(raised!.map(spell), [...lowered!, ...fired].map(spell));
  const shown = new Set([...raised!, ...lowered!]);
  let tokens = 0;
  for (let i = 0; i < inUse.length; i++) {
    const token = inUse[i]!;
    if (shown.has(token) || !isRaised(tests, spell(token))) continue;
    belongs[token] = 1;
    tokens++;
  }
  return { rule: tests.map(describeTest).join(", and "), belongs, tokens };
}
