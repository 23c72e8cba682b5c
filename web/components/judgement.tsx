import { hasModelMetrics, type ReconstructionMetrics } from "../../src/metrics/dictionary-metrics.ts";
import { listDictionaryMetrics } from "../data/metric-rows.ts";
import { MetricTable } from "./metric-table.tsx";

/** Every figure of a dictionary and what it was judged on. */
export function Judgement({ metrics }: { readonly metrics: ReconstructionMetrics }) {
  if (!hasModelMetrics(metrics)) return <JudgementOnVectors metrics={metrics} />;
  return (
    <div class="card">
      <h2>All figures</h2>
      <MetricTable caption="Figures of the dictionary" rows={listDictionaryMetrics(metrics)} />
      <p class="note">
        Judged on {metrics.evaluationTokens.toLocaleString("en-US")} held-out tokens in{" "}
        {metrics.evaluationContexts.toLocaleString("en-US")} contexts; the intervals are over contexts. The paper's
        model, text and tokenizer differ, so its values are a landmark, not a baseline.
      </p>
    </div>
  );
}

function JudgementOnVectors({ metrics }: { readonly metrics: ReconstructionMetrics }) {
  return (
    <div class="card">
      <h2>All figures</h2>
      <MetricTable caption="Figures of the dictionary" rows={listDictionaryMetrics(metrics)} />
      <p class="note">
        Judged on {metrics.evaluationTokens.toLocaleString("en-US")} held-out activation vectors. Loss recovered needs
        the model that they come from, and feature pages their text.
      </p>
    </div>
  );
}
