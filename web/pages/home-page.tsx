import { useEffect } from "preact/hooks";
import type { DictionarySummary, RunSummary } from "../../src/server/api.ts";
import { LoadState } from "../components/load-state.tsx";
import { RunCard } from "../components/run-card.tsx";
import { fetchJson } from "../data/fetch-data.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";

const REFRESH_MS = 2000;

/** The runs that are served and where to start looking. */
export function HomePage() {
  useTitle("");
  const resource = useResource("runs", (signal) => fetchJson<{ runs: RunSummary[] }>("/api/runs", signal));
  const { reload } = resource;
  const ended = resource.value?.runs.every(({ state }) => state === "finished") ?? false;
  useEffect(() => {
    if (ended) return;
    const timer = setInterval(() => document.hidden || reload(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [ended]);
  const runs = resource.value?.runs ?? [];
  const best = chooseStart(runs);
  return (
    <>
      <div class="page-head">
        <h1>Features of a language model</h1>
        <p class="lead">
          A small transformer learns to predict text; a sparse dictionary then takes its MLP activations apart into
          features, each of which can be looked at. Everything here was computed on this machine.
        </p>
      </div>
      <LoadState resource={resource} what="the runs" />
      {best !== undefined && <StartHere dictionary={best} />}
      <ul class="grid">
        {runs.map((run) => (
          <RunCard run={run} key={run.id} />
        ))}
      </ul>
    </>
  );
}

function StartHere({ dictionary }: { readonly dictionary: DictionarySummary }) {
  return (
    <div class="banner">
      <span>
        <strong>Start here.</strong> {dictionary.pack?.features.toLocaleString("en-US")} features of {dictionary.id} are
        ready to be looked at{dictionary.pack?.partial === true ? ", from a checkpoint of the growing dictionary" : ""}.
      </span>
      <a class="button primary" href={`/d/${dictionary.id}/f`}>
        Browse the features
      </a>
    </div>
  );
}

/** The finished dictionary with the most features, or a partial one when there is no other. */
function chooseStart(runs: readonly RunSummary[]): DictionarySummary | undefined {
  const rank = ({ pack, name }: DictionarySummary) =>
    (pack?.partial === false ? 1e9 : 0) + (name === "neurons" ? 0 : 1e8) + (pack?.features ?? 0);
  const ready = runs.flatMap(({ dictionaries }) => dictionaries).filter(({ pack }) => pack !== null);
  return ready.sort((a, b) => rank(b) - rank(a))[0];
}
