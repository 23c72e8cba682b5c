import type { ComponentChildren } from "preact";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import type { FeatureOnText } from "../../data/explored-text.ts";
import { findTopTokens } from "../../data/feature-order.ts";
import { formatSignificant } from "../../text/format-number.ts";
import { SafeText } from "../safe-text.tsx";
import { TokenChip } from "../token-chip.tsx";
import { WeightBar } from "../weight-bar.tsx";

/** A feature in a ranking, and what happens when someone points at it or opens it. */
export interface RankedFeatureProps {
  readonly data: DictionaryData;
  readonly entry: FeatureOnText;
  /** What somebody called it; empty where nobody did. */
  readonly label: string;
  /** Length of its bar, 0 to 1. */
  readonly share: number;
  readonly value: string;
  readonly isOpen: boolean;
  /** It is active on the token that someone points at. */
  readonly isNear: boolean;
  readonly onPoint: (feature: number | undefined) => void;
  readonly onOpen: (feature: number | null) => void;
  /** What is shown when it is open. */
  readonly children?: ComponentChildren;
}

/** One line of a ranking: number, top tokens, a bar with its value; opened, more about the feature. */
export function RankedFeature({ data, entry, label, share, value, isOpen, isNear, ...props }: RankedFeatureProps) {
  const { feature, firings } = entry;
  return (
    <li class={`ranked${isNear ? " near" : ""}`}>
      <button
        type="button"
        class="ranked-line"
        aria-expanded={isOpen}
        onMouseEnter={() => props.onPoint(feature)}
        onMouseLeave={() => props.onPoint(undefined)}
        onFocus={() => props.onPoint(feature)}
        onBlur={() => props.onPoint(undefined)}
        onClick={() => props.onOpen(isOpen ? null : feature)}
      >
        <span class="ranked-number">{feature}</span>
        <span class="ranked-tokens">
          {label !== "" && (
            <span class="ranked-label">
              <SafeText text={label} />{" "}
            </span>
          )}
          {findTopTokens(data.table, feature).map((id) => (
            <TokenChip text={data.names.text(id)} key={id} />
          ))}
        </span>
        <WeightBar share={Math.min(1, share)} />
        <span class="ranked-value">{value}</span>
        <span class="ranked-firings">{firings === 1 ? "1 token" : `${firings} tokens`}</span>
      </button>
      {isOpen && props.children}
    </li>
  );
}

/** A score in words and digits. */
export function formatScore(score: number, rank: "activation" | "quantile" | "loss" | "logit"): string {
  if (Number.isNaN(score)) return "–";
  if (rank === "activation") return formatSignificant(score);
  if (rank === "quantile") return `${(100 * score).toFixed(1)} %`;
  const sign = score > 0 ? "+" : score < 0 ? "−" : "";
  return `${sign}${formatSignificant(Math.abs(score), 2)}`;
}
