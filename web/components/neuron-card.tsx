import type { NeuronWeight } from "../../src/features/feature-record.ts";
import { formatPercent } from "../text/format-number.ts";

/** The neurons a feature's direction lies along most. */
export function NeuronCard({ neurons }: { readonly neurons: readonly NeuronWeight[] }) {
  return (
    <section class="card" aria-labelledby="neurons-title">
      <h2 id="neurons-title">Neuron alignment</h2>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">neuron</th>
            <th scope="col">weight</th>
            <th scope="col">share of L1 norm</th>
          </tr>
        </thead>
        <tbody>
          {neurons.map(({ index, weight, shareOfL1 }) => (
            <tr key={index}>
              <th scope="row">{index}</th>
              <td>{`${weight < 0 ? "−" : "+"}${Math.abs(weight).toFixed(3)}`}</td>
              <td>{formatPercent(shareOfL1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
