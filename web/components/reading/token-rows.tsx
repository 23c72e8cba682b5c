import { useState } from "preact/hooks";
import type { LiveToken } from "../../../src/live/live-event.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { type Ranking, rankFeatures } from "../../data/explored-text.ts";
import { TokenChip } from "../token-chip.tsx";
import { formatScore } from "./ranked-feature.tsx";

const SHOWN = 60;
const FEATURES = 5;

/** Token by token, the features that rank highest there. */
export function TokenRows({
  data,
  tokens,
  ranking,
  onPointToken,
  onPointFeature,
  onOpen,
}: {
  readonly data: DictionaryData;
  readonly tokens: readonly LiveToken[];
  readonly ranking: Ranking;
  readonly onPointToken: (place: number | undefined) => void;
  readonly onPointFeature: (feature: number | undefined) => void;
  readonly onOpen: (feature: number, place: number) => void;
}) {
  const [count, setCount] = useState(SHOWN);
  return (
    <>
      <ol class="token-rows">
        {tokens.slice(0, count).map((token, place) => (
          <li key={place} onMouseEnter={() => onPointToken(place)} onMouseLeave={() => onPointToken(undefined)}>
            <TokenChip text={data.names.text(token.token)} />
            <span class="token-features">
              {rankFeatures(tokens, ranking, place, place + 1)
                .slice(0, FEATURES)
                .map(({ feature, score }) => (
                  <button
                    type="button"
                    class="feature-chip"
                    key={feature}
                    onMouseEnter={() => onPointFeature(feature)}
                    onMouseLeave={() => onPointFeature(undefined)}
                    onFocus={() => onPointFeature(feature)}
                    onBlur={() => onPointFeature(undefined)}
                    onClick={() => onOpen(feature, place)}
                  >
                    {feature} <b>{formatScore(score, ranking.rank)}</b>
                  </button>
                ))}
            </span>
          </li>
        ))}
      </ol>
      {count < tokens.length && (
        <button type="button" class="button" onClick={() => setCount(count + 2 * SHOWN)}>
          Show more ({tokens.length - count} tokens left)
        </button>
      )}
    </>
  );
}
