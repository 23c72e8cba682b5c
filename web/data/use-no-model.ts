import type { DictionarySummary, RunDetails } from "../../src/server/api.ts";
import { explainNoModel, NO_COPY, type NoModel } from "./explain-no-model.ts";
import { fetchJson } from "./fetch-data.ts";
import { readSession } from "./session.ts";
import { useResource } from "./use-resource.ts";

/** Why a dictionary cannot be tried on a text; null while that is being found out, undefined when it can. */
export function useNoModel(summary: DictionarySummary): NoModel | null | undefined {
  const { value, error } = useResource(`${summary.id} model`, async (signal) => ({
    noModel: explainNoModel(await fetchJson<RunDetails>(`/api/runs/${summary.run}`, signal), summary),
  }));
  if (readSession().value.live === "none") return NO_COPY;
  if (error !== undefined) return { reason: error, passes: true };
  return value === undefined ? null : value.noModel;
}
