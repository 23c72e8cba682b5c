import { useMemo } from "preact/hooks";
import type { FeatureRecord } from "../../src/features/feature-record.ts";
import type { LiveEvent } from "../../src/live/live-event.ts";
import { LIVE_LIMITS } from "../../src/live/live-limits.ts";
import type { LiveRequest } from "../../src/live/live-request.ts";
import type { ServedContext } from "../../src/server/api.ts";
import type { DictionaryData } from "./dictionary-data.ts";
import type { FeatureView } from "./feature-view.ts";
import { fetchJson } from "./fetch-data.ts";
import { type ShownGroups, useWindows } from "./shown-groups.ts";
import { useLiveAnswer } from "./use-live-answer.ts";
import { useResource } from "./use-resource.ts";
import { listContexts, stateLogitEffects, type WholeContext, widenGroups } from "./widen-examples.ts";

type EventOf<Kind extends LiveEvent["kind"]> = Extract<LiveEvent, { kind: Kind }>;

const NO_TEXTS: readonly ServedContext[] = [];

/** The pack has windows and effects on the loss; whole contexts and effects on logits are computed when they are asked for. */
export function useShownGroups(data: DictionaryData, record: FeatureRecord, view: FeatureView): ShownGroups {
  const { summary } = data;
  const { groups: windows } = useWindows(data, record);
  const isWhole = view.layout === "full";
  const numbers = useMemo(() => (isWhole ? listContexts(windows, LIVE_LIMITS.contexts) : []), [windows, isWhole]);
  const texts = useResource(`${summary.run} ${numbers.join()}`, (signal) => loadContexts(summary.run, numbers, signal));
  const read = isWhole && !texts.loading ? (texts.value ?? NO_TEXTS) : NO_TEXTS;
  const feature = record.index;
  const contexts = useLiveAnswer(summary, askContexts(feature, read), keep("contexts"), 0);
  const asksWeights: LiveRequest | undefined =
    view.effects === "logit" ? { kind: "logit-weights", feature } : undefined;
  const weights = useLiveAnswer(summary, asksWeights, keep("logit-weights"), 0);
  const groups = useMemo(() => {
    const known = contexts.stale ? undefined : contexts.value?.contexts;
    const wide = known === undefined ? windows : widenGroups(windows, join(numbers, read, known));
    if (view.effects !== "logit") return wide;
    return stateLogitEffects(wide, (weights.stale ? null : weights.value?.weights) ?? null);
  }, [windows, contexts, weights, read, numbers, view.effects]);
  return { groups, texts, contexts, weights };
}

function askContexts(feature: number, read: readonly ServedContext[]): LiveRequest | undefined {
  return read.length === 0 ? undefined : { kind: "contexts", feature, contexts: read.map(({ tokens }) => tokens) };
}

function join(
  numbers: readonly number[],
  texts: readonly ServedContext[],
  known: EventOf<"contexts">["contexts"],
): ReadonlyMap<number, WholeContext> {
  return new Map(
    texts.flatMap(({ tokens }, place) => {
      const read = known[place];
      return read === undefined ? [] : [[numbers[place]!, { tokens, ...read }] as const];
    }),
  );
}

function loadContexts(run: string, numbers: readonly number[], signal: AbortSignal): Promise<readonly ServedContext[]> {
  return Promise.all(numbers.map((n) => fetchJson<ServedContext>(`/api/runs/${run}/contexts/${n}`, signal)));
}

function keep<Kind extends LiveEvent["kind"]>(kind: Kind) {
  return (value: EventOf<Kind> | undefined, event: LiveEvent): EventOf<Kind> | undefined =>
    event.kind === kind ? (event as EventOf<Kind>) : value;
}
