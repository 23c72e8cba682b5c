import type { RatingSessions, RunSummary } from "../../src/server/api.ts";
import { LoadState } from "../components/load-state.tsx";
import { RunRatings } from "../components/rate/run-ratings.tsx";
import { fetchJson } from "../data/fetch-data.ts";
import { readSession } from "../data/session.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { readSiteIndex } from "../site-index.ts";

/** What is prepared to be rated by people who do not know what they see. */
export function RatePage() {
  useTitle("Rate");
  const isCopy = readSiteIndex() !== undefined;
  return (
    <>
      <div class="page-head">
        <h1>Rate, blind</h1>
        <p class="lead">
          Features and neurons in a random order, judged by the paper's rubric of 14 points. What each one was is told
          when everybody is done.
        </p>
      </div>
      {isCopy ? (
        <p class="banner">This is a copy to read. Rating needs the run itself, where monosem serves it.</p>
      ) : (
        <ServedSessions />
      )}
    </>
  );
}

function ServedSessions() {
  const resource = useResource("ratings", async (signal) => {
    const { runs } = await fetchJson<{ runs: RunSummary[] }>("/api/runs", signal);
    return Promise.all(
      runs.map(async ({ id, name }) => {
        const { sessions } = await fetchJson<RatingSessions>(`/api/runs/${id}/ratings`, signal);
        return { id, name, sessions };
      }),
    );
  });
  const { writable } = readSession().value;
  return (
    <>
      <LoadState resource={resource} what="what can be rated" />
      {resource.value?.map(({ id, name, sessions }) => (
        <RunRatings key={id} run={id} name={name} sessions={sessions} writable={writable} />
      ))}
    </>
  );
}
