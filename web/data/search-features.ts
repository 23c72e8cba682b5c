import type { DictionaryData } from "./dictionary-data.ts";
import { findTopTokens } from "./feature-order.ts";

/** Features of a number, or with a text in one of their top tokens: the number first, then those with the largest activations. */
export function searchFeatures({ table, names }: DictionaryData, text: string, count: number): number[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const matches = (feature: number) =>
    String(feature) === wanted ||
    findTopTokens(table, feature).some((id) => names.text(id).toLowerCase().includes(wanted));
  const found = Array.from(table.firings.keys()).filter(matches);
  const size = (feature: number) => (String(feature) === wanted ? Number.POSITIVE_INFINITY : table.maximum[feature]!);
  return found.sort((a, b) => size(b) - size(a) || a - b).slice(0, count);
}

/** Features worth steering with: those that fire and make some token likeliest of all, or where that is unknown fire the most. */
export function suggestFeatures({ table }: DictionaryData, count: number): number[] {
  const alive = Array.from(table.firings.keys()).filter((feature) => table.firings[feature]! > 0);
  const effect = (feature: number) => {
    const push = table.maximumLogit[feature]! * table.maximum[feature]!;
    return Number.isNaN(push) ? table.maximum[feature]! : push;
  };
  return alive.sort((a, b) => effect(b) - effect(a) || a - b).slice(0, count);
}
