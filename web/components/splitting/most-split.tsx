import { useState } from "preact/hooks";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { findTopTokens } from "../../data/feature-order.ts";
import { rankRelatives } from "../../data/splitting-view.ts";
import { formatCount } from "../../text/format-number.ts";
import { ScrollRegion } from "../scroll-region.tsx";
import { TokenChip } from "../token-chip.tsx";
import { LevelFeature } from "./level-feature.tsx";

const AT_ONCE = 30;

/** A dictionary's features by how many others they are linked with, most first. */
export function MostSplit(props: {
  readonly of: "children" | "parents";
  readonly counts: readonly number[];
  readonly data: DictionaryData | undefined;
  readonly address: (feature: number) => string | undefined;
}) {
  const { of, counts, data, address } = props;
  const [shown, setShown] = useState(AT_ONCE);
  const ranked = rankRelatives(counts);
  return (
    <>
      <ScrollRegion label={`Features by number of ${of}`}>
        <table class="figures tight most-split">
          <caption class="visually-hidden">Features by number of {of}</caption>
          <thead>
            <tr>
              <th scope="col">feature</th>
              <th scope="col">{of}</th>
              <th scope="col">fires on</th>
            </tr>
          </thead>
          <tbody>
            {ranked.slice(0, shown).map((feature) => (
              <tr key={feature}>
                <th scope="row">
                  <LevelFeature address={address(feature)}>{feature}</LevelFeature>
                </th>
                <td>{formatCount(counts[feature]!)}</td>
                <td>
                  {data !== undefined &&
                    findTopTokens(data.table, feature).map((id) => <TokenChip text={data.names.text(id)} key={id} />)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {shown < ranked.length && (
        <button type="button" class="button" onClick={() => setShown(2 * shown)}>
          Show more of {formatCount(ranked.length)}
        </button>
      )}
    </>
  );
}
