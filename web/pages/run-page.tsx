import type { DictionarySummary, RunDetails, RunSummary } from "../../src/server/api.ts";
import { DictionarySection } from "../components/dictionary-section.tsx";
import { LoadState } from "../components/load-state.tsx";
import { ModelCurves } from "../components/model-curves.tsx";
import { RunBanner } from "../components/run-banner.tsx";
import { RunFigures } from "../components/run-figures.tsx";
import { RunStateBadge } from "../components/run-state.tsx";
import { StageList } from "../components/stage-list.tsx";
import { fetchJson } from "../data/fetch-data.ts";
import type { LogLines } from "../data/run-stream.ts";
import { useResource } from "../data/use-resource.ts";
import { useRunStream } from "../data/use-run-stream.ts";
import { useTitle } from "../data/use-title.ts";

/** One run: what it is doing, its curves as they grow, its figures. */
export function RunPage({ run }: { readonly run: string }) {
  useTitle(run);
  const resource = useResource(run, async (signal) => {
    const [details, all] = await Promise.all([
      fetchJson<RunDetails>(`/api/runs/${run}`, signal),
      fetchJson<{ runs: RunSummary[] }>("/api/runs", signal),
    ]);
    return { details, elsewhere: findReady(all.runs.filter(({ id }) => id !== run)) };
  });
  const stream = useRunStream(run, resource.reload);
  const progress = stream.progress.value ?? resource.value?.details.progress ?? null;
  const details = resource.value?.details;
  const logs = stream.logs.value;
  return (
    <>
      <div class="page-head">
        <h1>{details?.name ?? run}</h1>
        {details !== undefined && <RunStateBadge state={progress?.state ?? "waiting"} />}
      </div>
      {stream.lost.value && (
        <p class="banner warning" role="status">
          The server does not answer; what is shown may be old. It goes on by itself when the server is back.
        </p>
      )}
      <LoadState resource={resource} what="the run" />
      {details !== undefined && (
        <>
          <RunBanner run={details} elsewhere={resource.value?.elsewhere} />
          <section class="card" aria-label="Progress">
            {progress === null ? <p class="pending">Waiting to start.</p> : <StageList stages={progress.stages} />}
            {progress !== null && progress.message !== "" && <p class="run-message">{progress.message}</p>}
          </section>
          <div class="section">
            <ModelCurves log={logs.get("model")} evaluation={details.report?.model ?? details.evaluation} />
          </div>
          {listDictionaries(logs).map(([name, log], index) => (
            <DictionarySection
              key={name}
              name={name}
              log={log}
              summary={details.dictionaries.find((dictionary) => dictionary.name === name)}
              progress={progress}
              open={index === 0}
            />
          ))}
          <RunFigures details={details} />
        </>
      )}
    </>
  );
}

/** The logs of dictionaries that have begun to learn, by name. */
function listDictionaries(logs: ReadonlyMap<string, LogLines>): [name: string, log: LogLines][] {
  return [...logs].flatMap(([name, log]) =>
    name === "model" || log.size === 0 ? [] : [[name.replace("dictionary:", ""), log]],
  );
}

function findReady(runs: readonly RunSummary[]): DictionarySummary | undefined {
  return runs.flatMap(({ dictionaries }) => dictionaries).find(({ name, pack }) => name === "main" && pack !== null);
}
