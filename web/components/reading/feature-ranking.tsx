import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import type { FeatureOnText, Rank } from "../../data/explored-text.ts";
import { formatCount } from "../../text/format-number.ts";
import { formatScore, RankedFeature } from "./ranked-feature.tsx";

const SHOWN = 40;

/** The features of a text in their order, some at a time. */
export function FeatureRanking({
  data,
  ranked,
  rank,
  open,
  near,
  label,
  onPoint,
  onOpen,
  children,
}: {
  readonly data: DictionaryData;
  readonly ranked: readonly FeatureOnText[];
  readonly rank: Rank;
  readonly open: number | null;
  /** Features active on the token that someone points at. */
  readonly near: ReadonlySet<number>;
  /** What somebody called a feature. */
  readonly label: (feature: number) => string;
  readonly onPoint: (feature: number | undefined) => void;
  readonly onOpen: (feature: number | null) => void;
  readonly children?: ComponentChildren;
}) {
  const [count, setCount] = useState(SHOWN);
  const largest = rank === "quantile" ? 1 : Math.abs(ranked[0]?.score ?? 1);
  const place = ranked.findIndex(({ feature }) => feature === open);
  const shown = ranked.slice(0, Math.max(count, place + 1));
  return (
    <>
      <ol class="ranking">
        {shown.map((entry) => (
          <RankedFeature
            key={entry.feature}
            data={data}
            entry={entry}
            label={label(entry.feature)}
            share={Number.isNaN(entry.score) ? 0 : Math.abs(entry.score) / largest}
            value={formatScore(entry.score, rank)}
            isOpen={entry.feature === open}
            isNear={near.has(entry.feature)}
            onPoint={onPoint}
            onOpen={onOpen}
          >
            {children}
          </RankedFeature>
        ))}
      </ol>
      {shown.length < ranked.length && (
        <button type="button" class="button" onClick={() => setCount(shown.length + 2 * SHOWN)}>
          Show more ({formatCount(ranked.length - shown.length)} left)
        </button>
      )}
    </>
  );
}
