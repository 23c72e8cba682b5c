import type { DictionaryDetails } from "../../src/server/api.ts";
import { readAnnotations } from "./annotations.ts";
import type { DictionaryData } from "./dictionary-data.ts";
import { findLogitTokens, findTopTokens } from "./feature-order.ts";
import type { SavedTable } from "./save-file.ts";

/** A line a feature of all that the table knows; what is unknown is empty. */
export function tabulateFeatures({ table, pack, names, summary }: DictionaryData): SavedTable {
  const { byFeature } = readAnnotations(summary.id).value;
  const number = (value: number) => (Number.isNaN(value) ? "" : value);
  const text = (tokens: readonly number[]) => JSON.stringify(tokens.map(names.text));
  return {
    columns: [
      "feature",
      "firings",
      "density",
      "maximum",
      "mean",
      "kurtosis",
      "ablation_nats",
      "direction_top_share",
      "top_tokens",
      "raised_tokens",
      "label",
      "rating",
    ],
    rows: Array.from(table.firings, (firings, feature) => [
      feature,
      firings,
      firings / pack.tokens,
      table.maximum[feature]!,
      table.mean[feature]!,
      number(table.kurtosis[feature]!),
      number(table.ablation[feature]!),
      table.directionTopShare[feature]!,
      text(findTopTokens(table, feature)),
      text(findLogitTokens(table, feature)),
      byFeature.get(feature)?.label ?? "",
      byFeature.get(feature)?.rating ?? "",
    ]),
  };
}

/** All figures of a dictionary as a whole. */
export function describeDictionary({ id, run, name, config, metrics, specificity, pack }: DictionaryDetails): string {
  return `${JSON.stringify({ id, run, name, config, metrics, specificity, pack }, null, 2)}\n`;
}
