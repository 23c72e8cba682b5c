import { UserError } from "../numerics/user-error.ts";
import type { ChatRequest } from "./write-prompts.ts";

/** What a language model's tokens cost, in any currency. */
export interface Prices {
  /** Of a million tokens of what is asked, and of what is answered. */
  readonly input: number;
  readonly output: number;
}

/** How many tokens were asked and answered. */
export interface TokenUsage {
  readonly input: number;
  readonly output: number;
}

/** A bound on spending that is never passed: what a request may cost at most is set aside before it is sent. */
export interface Budget {
  /** Sets aside the most that a request can cost; a `UserError` where so much is not left. */
  readonly reserve: (request: ChatRequest) => Reservation;
  /** What was spent so far, or may have been. */
  readonly spent: () => number;
}

/** Money set aside for one request; one of the three is called. */
export interface Reservation {
  /** It was answered and cost so much. */
  readonly pay: (usage: TokenUsage) => void;
  /** It was refused and cost nothing. */
  readonly release: () => void;
  /** Nobody knows whether it was paid: all of it counts as spent. */
  readonly keep: () => void;
}

/** What was spent, for those who come later. */
export interface SpendingRecord {
  /** What earlier commands spent, or may have; asked for when money is first set aside. */
  readonly before: () => number;
  /** Notes the most that a request may cost before it is sent; what it gives notes what it did cost. */
  readonly open: (most: number) => (cost: number) => void;
}

const FORGETFUL: SpendingRecord = { before: () => 0, open: () => () => undefined };

const MILLION = 1_000_000;
/** Tokens around each message, and around all of them. */
const MESSAGE_OVERHEAD = 16;
/** Bytes of a token of such prompts, about; at least one in any tokenizer. */
const USUAL_BYTES = 3;

/** The cost of tokens. */
export function priceOf({ input, output }: TokenUsage, prices: Prices): number {
  return (input * prices.input + output * prices.output) / MILLION;
}

/** The most tokens that a request can take: one for each byte that is asked, and as many as the answer may have. */
export function boundUsage({ messages, maxTokens }: ChatRequest): TokenUsage {
  return { input: countBytes(messages) + MESSAGE_OVERHEAD * (messages.length + 1), output: maxTokens };
}

/** About how many tokens a request takes. */
export function estimateUsage({ messages, maxTokens }: ChatRequest): TokenUsage {
  return { input: Math.ceil(countBytes(messages) / USUAL_BYTES), output: Math.ceil(maxTokens / 2) };
}

/** A budget of `amount` in the currency of the prices, from which what the record holds is spent already. */
export function createBudget(amount: number, prices: Prices, record = FORGETFUL): Budget {
  let spent: number | undefined;
  let reserved = 0;
  const countSpent = (): number => {
    spent ??= record.before();
    return spent;
  };
  return {
    reserve: (request) => {
      const most = priceOf(boundUsage(request), prices);
      const before = countSpent();
      if (most > 0 && before + reserved + most > amount)
        throw new UserError(
          `the budget of ${amount} does not allow another request, which may cost ${most.toPrecision(2)}: ${before.toPrecision(3)} is spent, in earlier commands too${reserved > 0 ? `, ${reserved.toPrecision(2)} set aside for requests under way` : ""}; what was answered is kept, and the same command with a larger --budget goes on`,
        );
      const note = most > 0 ? record.open(most) : () => undefined;
      reserved += most;
      const settle = (cost: number): void => {
        reserved -= most;
        spent = countSpent() + cost;
        if (cost !== most) note(cost);
      };
      return { pay: (usage) => settle(priceOf(usage, prices)), release: () => settle(0), keep: () => settle(most) };
    },
    spent: countSpent,
  };
}

function countBytes(messages: ChatRequest["messages"]): number {
  const encoder = new TextEncoder();
  return messages.reduce((sum, { content }) => sum + encoder.encode(content).length, 0);
}
