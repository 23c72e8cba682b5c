import { useMemo } from "preact/hooks";
import type { FeatureRecord } from "../../src/features/feature-record.ts";
import type { LiveToken } from "../../src/live/live-event.ts";
import { readAnnotations } from "./annotations.ts";
import { type DictionaryData, loadRecord } from "./dictionary-data.ts";
import { type FeatureOnText, filterFeatures, listActiveFeatures, type Ranking, rankFeatures } from "./explored-text.ts";
import { DENSE_DENSITY } from "./feature-state.ts";
import { type PromptSelection, parsePromptSelection } from "./prompt-selection.ts";
import { findToken } from "./search-tokens.ts";
import { type Explored, useExplored } from "./use-explored.ts";
import type { LiveAnswer } from "./use-live-answer.ts";
import { useQuantiles } from "./use-quantiles.ts";
import { useResource } from "./use-resource.ts";

/** All that is shown of a text: its features, in which order, and the one that is opened. */
export interface Exploration {
  readonly selection: PromptSelection;
  readonly answer: LiveAnswer<Explored>;
  /** The tokens with the features that the filters leave. */
  readonly tokens: readonly LiveToken[];
  readonly ranking: Ranking;
  /** Over the whole text, or on the chosen token. */
  readonly ranked: readonly FeatureOnText[];
  /** The chosen token where the text has it. */
  readonly chosen: number | null;
  /** Active features that the filters leave out. */
  readonly hidden: number;
  /** What somebody called a feature; empty where nobody did. */
  readonly label: (feature: number) => string;
  /** Histograms that quantiles still wait for. */
  readonly missing: number;
  /** The record of the opened feature, once it is here. */
  readonly record: FeatureRecord | undefined;
}

const NO_TOKENS: readonly LiveToken[] = [];
const NO_FEATURES: readonly number[] = [];

/** Has the features of a text computed, in the page or on the server, and orders them as the address says. */
export function useExploration(data: DictionaryData, text: string, query: URLSearchParams): Exploration {
  const selection = useMemo(() => parsePromptSelection(query), [query.toString()]);
  const { rank, feature } = selection;
  const nextToken = rank === "logit" ? (findToken(data.names, selection.next) ?? null) : null;
  const answer = useExplored(data, text, { effects: rank === "loss", nextToken });
  const all = answer.value?.tokens ?? NO_TOKENS;
  const { minimum, hideDense, ignoreEnd } = selection;
  const tokens = useMemo(() => applyFilters(all, data, selection), [all, data, minimum, hideDense, ignoreEnd]);
  const active = useMemo(() => listActiveFeatures(tokens), [tokens]);
  const { quantile, missing } = useQuantiles(data, rank === "quantile" ? active : NO_FEATURES);
  const chosen = selection.token !== null && selection.token < tokens.length ? selection.token : null;
  const ranking = { rank, quantile };
  const ranked = useMemo(
    () => (chosen === null ? rankFeatures(tokens, ranking) : rankFeatures(tokens, ranking, chosen, chosen + 1)),
    [tokens, rank, missing, chosen],
  );
  const labels = readAnnotations(data.summary.id).value;
  const isKnown = feature !== null && feature < data.table.firings.length;
  const record = useResource(`${data.summary.id} ${feature}`, async () =>
    isKnown ? loadRecord(data, feature) : undefined,
  ).value;
  return {
    selection,
    answer,
    tokens,
    ranking,
    ranked,
    chosen,
    hidden: listActiveFeatures(all).length - active.length,
    label: (index) => labels.byFeature.get(index)?.label ?? "",
    missing,
    record: record?.index === feature ? record : undefined,
  };
}

function applyFilters(tokens: readonly LiveToken[], data: DictionaryData, selection: PromptSelection): LiveToken[] {
  const { table, pack, names } = data;
  return filterFeatures(tokens, {
    minimum: selection.minimum,
    isDense: (feature) => selection.hideDense && table.firings[feature]! / pack.tokens > DENSE_DENSITY,
    ignored: selection.ignoreEnd ? names.endOfText : null,
  });
}
