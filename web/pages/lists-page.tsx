import type { RunSummary } from "../../src/server/api.ts";
import { LoadState } from "../components/load-state.tsx";
import { NewList } from "../components/new-list.tsx";
import { RunLists } from "../components/run-lists.tsx";
import { createList, loadLists, readLists } from "../data/feature-lists.ts";
import { fetchJson } from "../data/fetch-data.ts";
import { readSession } from "../data/session.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { navigate } from "../location-state.ts";

/** The lists of features of all runs. */
export function ListsPage() {
  useTitle("Lists");
  const resource = useResource("lists", async (signal) => {
    const { runs } = await fetchJson<{ runs: RunSummary[] }>("/api/runs", signal);
    await Promise.all(runs.map(({ id }) => loadLists(id)));
    return runs;
  });
  const { writable } = readSession().value;
  const runs = resource.value ?? [];
  return (
    <>
      <div class="page-head">
        <h1>Lists</h1>
        <p class="lead">
          Features worth keeping together, in an order of your own, with notes; to be saved and given on.
        </p>
      </div>
      <LoadState resource={resource} what="the lists" />
      {runs.map(({ id, name }) => (
        <RunLists key={id} run={id} name={name} lists={readLists(id).value}>
          {writable && (
            <NewList
              action="Make the list"
              onCreate={(title) => createList(id, title).then((list) => navigate(`/lists/${id}/${list.id}`))}
            />
          )}
        </RunLists>
      ))}
    </>
  );
}
