import { useEffect } from "preact/hooks";
import type { DictionarySummary, ListedRun } from "../../src/server/api.ts";
import { LoadState } from "../components/load-state.tsx";
import { RunCard } from "../components/run-card.tsx";
import { chooseStart } from "../data/choose-start.ts";
import { fetchJson } from "../data/fetch-data.ts";
import { tourAddress } from "../data/tour.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";

const REFRESH_MS = 2000;

/** The runs that are served and where to start looking. */
export function HomePage() {
  useTitle("");
  const resource = useResource("runs", (signal) => fetchJson<{ runs: ListedRun[] }>("/api/runs", signal));
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
          features, each of which can be looked at, tried on your own text, and used to steer the model.
        </p>
      </div>
      <LoadState resource={resource} what="the runs" />
      {best !== undefined && <StartHere dictionary={best} />}
      <ul class="grid wide">
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
      <span class="banner-actions">
        <a class="button" href={tourAddress(0, dictionary.id, 0)}>
          Take the tour
        </a>
        <a class="button primary" href={`/d/${dictionary.id}/f`}>
          Browse the features
        </a>
      </span>
    </div>
  );
}
