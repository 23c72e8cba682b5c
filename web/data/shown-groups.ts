import { useMemo } from "preact/hooks";
import type { FeatureRecord } from "../../src/features/feature-record.ts";
import type { DictionaryData } from "./dictionary-data.ts";
import { listShownGroups, type ShownGroup } from "./example-groups.ts";
import type { FeatureView } from "./feature-view.ts";
import type { LiveAnswer } from "./use-live-answer.ts";
import type { Resource } from "./use-resource.ts";

/** A feature's examples as the view wants them, and what they still wait for. */
export interface ShownGroups {
  readonly groups: readonly ShownGroup[];
  /** The held-out text, for whole contexts. */
  readonly texts?: Resource<unknown>;
  readonly contexts?: LiveAnswer<unknown>;
  readonly weights?: LiveAnswer<unknown>;
}

/** Where examples come from: the pack alone, or a model beside it. */
export type GroupsHook = (data: DictionaryData, record: FeatureRecord, view: FeatureView) => ShownGroups;

/** The windows that the pack has; nothing is computed, so that a file of single features carries no model's code. */
export function useWindows({ pack }: DictionaryData, record: FeatureRecord): ShownGroups {
  const groups = useMemo(() => listShownGroups(record, pack.tokens), [record, pack.tokens]);
  return { groups };
}
