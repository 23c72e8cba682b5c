import { RANKS, type Rank } from "./explored-text.ts";

/** What of a text's features is shown, and how. */
export interface PromptSelection {
  readonly rank: Rank;
  /** Text whose first token is the next token that effects are measured on. */
  readonly next: string;
  /** Smallest activation that counts. */
  readonly minimum: number;
  /** Features that fire on more than 1 % of tokens are left out. */
  readonly hideDense: boolean;
  /** Features on the token that separates documents are left out. */
  readonly ignoreEnd: boolean;
  readonly group: "feature" | "token";
  /** The feature that is opened and shaded; null for the first in order. */
  readonly feature: number | null;
  /** The token whose features are listed; null for the whole text. */
  readonly token: number | null;
}

/** The selection a query stands for; what it does not name, or names wrongly, is the default. */
export function parsePromptSelection(query: URLSearchParams): PromptSelection {
  return {
    rank: RANKS.find((rank) => rank === query.get("by")) ?? "activation",
    next: (query.get("next") ?? "").slice(0, 100),
    minimum: parsePositive(query.get("min")),
    hideDense: query.get("dense") === "hide",
    ignoreEnd: query.get("end") !== "show",
    group: query.get("group") === "token" ? "token" : "feature",
    feature: parseIndex(query.get("f")),
    token: parseIndex(query.get("tok")),
  };
}

function parsePositive(text: string | null): number {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : 0;
}

function parseIndex(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
