import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { DictionarySummary, RunDetails } from "../../../src/server/api.ts";
import { type DictionaryData, loadDictionary } from "../../data/dictionary-data.ts";
import { explainNoModel, NO_COPY, type NoModel } from "../../data/explain-no-model.ts";
import { fetchJson } from "../../data/fetch-data.ts";
import { readSession } from "../../data/session.ts";
import { useResource } from "../../data/use-resource.ts";
import { LoadState } from "../load-state.tsx";
import { PackNotice } from "../pack-notice.tsx";

const REFRESH_MS = 3000;

/** What needs a dictionary and its model, or the reason why it cannot be had (yet). */
export function LiveGate({
  dictionary,
  children,
}: {
  readonly dictionary: string;
  readonly children: (data: DictionaryData) => JSX.Element;
}) {
  const resource = useResource(dictionary, (signal) => loadSubject(dictionary, signal));
  const { value, reload } = resource;
  const noModel = readSession().value.live === "none" ? NO_COPY : value?.noModel;
  const isWaiting = noModel?.passes === true;
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => document.hidden || reload(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [isWaiting]);
  return (
    <>
      <LoadState resource={resource} what="the dictionary" />
      {noModel !== undefined && (
        <p class="banner warning" role="status">
          {noModel.reason}
        </p>
      )}
      {value?.data !== undefined && <PackNotice pack={value.data.pack} />}
      {noModel === undefined && value?.data !== undefined && children(value.data)}
    </>
  );
}

async function loadSubject(
  dictionary: string,
  signal: AbortSignal,
): Promise<{ readonly data?: DictionaryData; readonly noModel?: NoModel }> {
  const summary = await fetchJson<DictionarySummary>(`/api/d/${dictionary}`, signal);
  const run = await fetchJson<RunDetails>(`/api/runs/${summary.run}`, signal);
  const noModel = explainNoModel(run, summary);
  return noModel === undefined ? { data: await loadDictionary(dictionary, signal) } : { noModel };
}
