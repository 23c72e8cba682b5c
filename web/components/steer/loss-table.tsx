import { meanLoss } from "../../data/sample.ts";
import type { Steering } from "../../data/use-steering.ts";
import { formatPercent } from "../../text/format-number.ts";
import { LiveState } from "../live/live-state.tsx";
import { WeightBar } from "../weight-bar.tsx";

interface LossRow {
  readonly name: string;
  readonly loss: number;
}

/** What each way to run the model costs on the prompt's own tokens. */
export function LossTable({ losses, isSteered }: { readonly losses: Steering["losses"]; readonly isSteered: boolean }) {
  const { keep, drop } = losses;
  const rows = keep.value === undefined ? [] : listRows(losses, isSteered);
  const [clean, reconstructed, zero] = rows;
  const largest = Math.max(...rows.map(({ loss }) => loss));
  return (
    <section class={`card ${keep.stale ? "stale" : ""}`} aria-labelledby="losses-title">
      <h2 id="losses-title">Loss on the prompt</h2>
      <LiveState answer={keep.error !== undefined || keep.busy ? keep : drop} what="the losses" />
      {clean !== undefined && (
        <table class="figures loss-table">
          <thead>
            <tr>
              <th scope="col">way to run the model</th>
              <th scope="col">nats per token</th>
              <th scope="col">difference</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, loss }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{loss.toFixed(4)}</td>
                <td class="soft">{loss === clean.loss ? "" : formatDifference(loss - clean.loss)}</td>
                <td class="loss-bar">
                  <WeightBar share={loss / largest} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {clean !== undefined && zero !== undefined && reconstructed !== undefined && (
        <p class="note">{describeRecovery(clean.loss, reconstructed.loss, zero.loss)}</p>
      )}
    </section>
  );
}

/** The model as it is, its dictionary, nothing in the layer's place; then the changes. */
function listRows({ keep, drop }: Steering["losses"], isSteered: boolean): LossRow[] {
  const { clean, reconstructed, zeroAblated, intervened } = keep.value!;
  const rows = [
    { name: "unsteered", loss: meanLoss(clean) },
    { name: "dictionary model", loss: meanLoss(reconstructed) },
    { name: "layer set to zero", loss: meanLoss(zeroAblated) },
  ];
  if (!isSteered) return rows;
  const dropped = drop.value?.intervened;
  return [
    ...rows,
    ...(intervened === null ? [] : [{ name: "steered, error kept", loss: meanLoss(intervened) }]),
    ...(dropped == null ? [] : [{ name: "steered, error dropped", loss: meanLoss(dropped) }]),
  ];
}

function formatDifference(difference: number): string {
  return `${difference < 0 ? "−" : "+"}${Math.abs(difference).toFixed(4)}`;
}

function describeRecovery(clean: number, reconstructed: number, zero: number): string {
  if (zero <= clean) return "On this prompt the layer does not help, so there is no loss to recover.";
  const share = (zero - reconstructed) / (zero - clean);
  return `On these few tokens the dictionary recovers ${formatPercent(share)} of what the layer is worth; the dictionary’s page has the figure over held-out text.`;
}
