import { useState } from "preact/hooks";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { findTopTokens } from "../../data/feature-order.ts";
import type { Relative } from "../../data/splitting-view.ts";
import { formatCount } from "../../text/format-number.ts";
import { FeatureGlimpse } from "../feature-glimpse.tsx";
import { TokenChip } from "../token-chip.tsx";
import { LevelFeature } from "./level-feature.tsx";

const AT_ONCE = 8;
const EXAMPLES = 2;

/** The parents or children of a feature, the most alike first, each with what it fires on. */
export function RelativeList(props: {
  readonly title: string;
  readonly relatives: readonly Relative[];
  /** How many there are above the graph's threshold, those that were not kept included. */
  readonly count: number;
  readonly least: number;
  readonly threshold: number;
  readonly none: string;
  readonly data: DictionaryData | undefined;
  /** Those for which no other feature is a closer parent than the chosen one. */
  readonly closest: ReadonlySet<number>;
  readonly address: (feature: number) => string | undefined;
}) {
  const { relatives, count, least, threshold } = props;
  const [shown, setShown] = useState(AT_ONCE);
  return (
    <section class="card relatives" aria-label={props.title}>
      <h2>{props.title}</h2>
      <p class="note">
        {relatives.length === 0 && props.none}
        {relatives.length > 0 && describeCount(relatives.length, count, least, threshold)}
      </p>
      <ol>
        {relatives.slice(0, shown).map((relative) => (
          <RelativeItem key={relative.feature} {...props} relative={relative} />
        ))}
      </ol>
      {shown < relatives.length && (
        <button type="button" class="button" onClick={() => setShown(2 * shown)}>
          Show more of {formatCount(relatives.length)}
        </button>
      )}
    </section>
  );
}

function describeCount(shown: number, count: number, least: number, threshold: number): string {
  if (shown === count) return `${formatCount(count)} above ${least}.`;
  if (least === threshold) return `The ${formatCount(shown)} strongest of ${formatCount(count)} above ${threshold}.`;
  return `${formatCount(shown)} above ${least} among the strongest of ${formatCount(count)} above ${threshold}.`;
}

function RelativeItem(props: {
  readonly relative: Relative;
  readonly data: DictionaryData | undefined;
  readonly closest: ReadonlySet<number>;
  readonly address: (feature: number) => string | undefined;
}) {
  const { data } = props;
  const { feature, cosine, onCoarse, onFine } = props.relative;
  return (
    <li>
      <p class="relative-head">
        <LevelFeature address={props.address(feature)}>Feature {feature}</LevelFeature>
        <span class="cosine-bar" aria-hidden="true">
          <span style={{ width: `${100 * cosine}%` }} />
        </span>
        <span title={`where the coarse one fires ${onCoarse.toFixed(3)}, where the fine one does ${onFine.toFixed(3)}`}>
          {cosine.toFixed(3)}
        </span>
        <span class="soft">
          {onFine >= onCoarse ? "where the fine one fires" : "where the coarse one fires"}
          {props.closest.has(feature) && ", closest"}
        </span>
      </p>
      {data !== undefined && (
        <>
          <p>
            {findTopTokens(data.table, feature).map((id) => (
              <TokenChip text={data.names.text(id)} key={id} />
            ))}
          </p>
          <FeatureGlimpse data={data} feature={feature} count={EXAMPLES} />
        </>
      )}
    </li>
  );
}
