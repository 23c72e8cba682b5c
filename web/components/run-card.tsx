import { hasModelMetrics } from "../../src/metrics/dictionary-metrics.ts";
import type { DictionarySummary, ListedRun, RunSummary } from "../../src/server/api.ts";
import { formatCount, formatDuration, formatPercent } from "../text/format-number.ts";
import { RunDoctor } from "./run-doctor.tsx";
import { RunStateBadge } from "./run-state.tsx";
import { nameActivity, shareDone } from "./stage-list.tsx";

/** A run in the list of runs: what it is doing, and its dictionaries with the figures that say most. */
export function RunCard({ run }: { readonly run: ListedRun }) {
  return (
    <li class="card run-card">
      <div class="card-head">
        <h2>
          <a href={`/runs/${run.id}`}>{run.name}</a>
        </h2>
        <RunStateBadge state={run.state} />
      </div>
      <p class="note run-line">{describe(run)}</p>
      <DictionaryList
        dictionaries={run.dictionaries.filter(({ pack, metrics }) => pack !== null || metrics !== null)}
      />
      <RunDoctor run={run.id} verdicts={run.doctor} />
      <p class="links">
        <a class="button" href={`/runs/${run.id}`}>
          {run.state === "running" ? "Watch the run" : "Look at the run"}
        </a>
      </p>
    </li>
  );
}

function DictionaryList({ dictionaries }: { readonly dictionaries: readonly DictionarySummary[] }) {
  if (dictionaries.length === 0) return null;
  return (
    <table class="figures tight run-dictionaries">
      <caption class="visually-hidden">Dictionaries</caption>
      <thead>
        <tr>
          <th scope="col">dictionary</th>
          <th scope="col">L0</th>
          <th scope="col">loss recovered</th>
          <th scope="col">features</th>
        </tr>
      </thead>
      <tbody>
        {dictionaries.map(({ id, name, pack, metrics }) => (
          <tr key={id}>
            <th scope="row">
              <a href={`/d/${id}`}>{name}</a>
            </th>
            <td>{metrics?.l0.toFixed(1)}</td>
            <td>
              {metrics !== null &&
                hasModelMetrics(metrics) &&
                formatPercent(Math.min(metrics.lossRecovered.zero, metrics.lossRecovered.mean))}
            </td>
            <td>
              {pack !== null && (
                <a href={`/d/${id}/f`}>{`${formatCount(pack.features)}${pack.partial ? ", a first look" : ""}`}</a>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
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
