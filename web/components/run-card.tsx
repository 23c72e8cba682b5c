import type { RunSummary } from "../../src/server/api.ts";
import { formatDuration } from "../text/format-number.ts";
import { RunStateBadge } from "./run-state.tsx";
import { nameActivity, shareDone } from "./stage-list.tsx";

/** A run in the list of runs: what it is doing and what can be looked at. */
export function RunCard({ run }: { readonly run: RunSummary }) {
  return (
    <li class="card run-card">
      <div class="card-head">
        <h2>
          <a href={`/runs/${run.id}`}>{run.name}</a>
        </h2>
        <RunStateBadge state={run.state} />
      </div>
      <p class="note">{describe(run)}</p>
      <p class="links">
        <a class="button" href={`/runs/${run.id}`}>
          Watch the run
        </a>
        {run.dictionaries
          .filter(({ pack }) => pack !== null)
          .map(({ id, name, pack }) => (
            <a class="button" href={`/d/${id}/f`} key={id}>
              {`${name === "main" ? "Features" : `Features of ${name}`}${pack?.partial === true ? " (first look)" : ""}`}
            </a>
          ))}
      </p>
    </li>
  );
}

function describe({ state, progress }: RunSummary): string {
  if (progress === null) return "Waiting to start.";
  const running = progress.stages.find((stage) => stage.state === "running");
  if (state !== "running" || running === undefined)
    return progress.message || (state === "finished" ? "All stages are done." : "");
  const left = running.etaSeconds === null ? "" : `, ${formatDuration(running.etaSeconds)} left`;
  return `${nameActivity(running.name)}: ${Math.floor(100 * shareDone(running))} %${left}`;
}
