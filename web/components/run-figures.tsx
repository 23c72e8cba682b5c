import type { RunDetails } from "../../src/server/api.ts";
import { listDictionaryMetrics, listModelMetrics } from "../data/metric-rows.ts";
import { MetricTable } from "./metric-table.tsx";

/** What is known by now about a run's model and its dictionaries. */
export function RunFigures({ details }: { readonly details: RunDetails }) {
  const model = details.report?.model ?? details.evaluation;
  const judged = details.dictionaries.filter(({ metrics }) => metrics !== null);
  if (model === null && judged.length === 0) return null;
  return (
    <section class="section">
      <h2>Figures</h2>
      <div class="grid wide">
        {model !== null && (
          <div class="card">
            <h3>Model</h3>
            <MetricTable caption="Figures of the model" rows={listModelMetrics(model)} />
          </div>
        )}
        {judged.map(({ id, name, metrics }) => (
          <div class="card" key={id}>
            <h3>
              <a href={`/d/${id}`}>Dictionary {name}</a>
            </h3>
            <MetricTable caption={`Figures of the dictionary ${name}`} rows={listDictionaryMetrics(metrics!)} />
          </div>
        ))}
      </div>
    </section>
  );
}
