import type { ModelEvaluation } from "../../src/pipeline/stages/train-model.ts";
import { LineChart } from "../charts/line-chart.tsx";
import { readCurve, readValidationCurve } from "../data/curves.ts";
import type { LogLines } from "../data/run-stream.ts";
import { formatShort } from "../text/format-number.ts";

/** How the transformer learns: training and validation loss over tokens, with what counting would reach. */
export function ModelCurves(props: {
  readonly log: LogLines | undefined;
  readonly evaluation: ModelEvaluation | null;
}) {
  const { log, evaluation } = props;
  const references =
    evaluation === null
      ? []
      : [
          { name: "unigram", y: evaluation.unigramLoss },
          { name: "bigram", y: evaluation.bigramLoss },
        ];
  return (
    <section class="card" aria-label="The model">
      {log?.has("step") === true ? (
        <LineChart
          title="Loss of the model"
          xLabel="tokens"
          height={280}
          series={[
            { name: "training", tone: "accent", points: readCurve(log, "step", "tokens", "loss") },
            { name: "validation", tone: "ink", points: readValidationCurve(log), dots: true },
          ]}
          references={references}
          formatX={formatShort}
          formatY={formatLoss}
        />
      ) : (
        <p class="empty-chart">The model's loss appears here within seconds of its first step.</p>
      )}
    </section>
  );
}

function formatLoss(value: number): string {
  return value.toFixed(2);
}
