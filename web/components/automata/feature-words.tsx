import type { DictionaryData } from "../../data/dictionary-data.ts";
import { findTopTokens } from "../../data/feature-order.ts";
import { FeatureLink } from "../feature-link.tsx";
import { TokenChip } from "../token-chip.tsx";

/** A feature by its number, with the tokens it fires on most. */
export function FeatureWords({ data, feature }: { readonly data: DictionaryData; readonly feature: number }) {
  return (
    <span class="feature-words">
      <FeatureLink data={data} feature={feature} address={`/d/${data.summary.id}/f/${feature}`} />{" "}
      {findTopTokens(data.table, feature).map((token) => (
        <TokenChip text={data.names.text(token)} key={token} />
      ))}
    </span>
  );
}
