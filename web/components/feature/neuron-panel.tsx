import type { FeatureRecord } from "../../../src/features/feature-record.ts";
import { formatCount, formatPercent, formatSigned } from "../../text/format-number.ts";
import { Panel, type PanelFrame } from "../panel.tsx";

/** The neurons a feature's direction lies along most, and those that fire with it. */
export function NeuronPanel(props: {
  readonly record: FeatureRecord;
  readonly frame: PanelFrame;
  readonly correlationTokens: number;
  /** The address of a neuron's own page, where it has one. */
  readonly address: ((neuron: number) => string) | undefined;
}) {
  const { neurons, correlatedNeurons } = props.record;
  const nameNeuron = (index: number) =>
    props.address === undefined ? index : <a href={props.address(index)}>{index}</a>;
  const table = () => ({
    columns: ["relation", "neuron", "weight_or_pearson", "share_of_l1"],
    rows: [
      ...neurons.map(({ index, weight, shareOfL1 }) => ["aligned", index, weight, shareOfL1]),
      ...correlatedNeurons.map(({ index, pearson }) => ["correlated", index, pearson, ""]),
    ],
  });
  return (
    <Panel
      name="neurons"
      frame={props.frame}
      data={() => ({ table: table(), json: { aligned: neurons, correlated: correlatedNeurons } })}
    >
      <table class="figures tight">
        <caption>Largest weights of its direction</caption>
        <thead>
          <tr>
            <th scope="col">neuron</th>
            <th scope="col">weight</th>
            <th scope="col">share of L1</th>
          </tr>
        </thead>
        <tbody>
          {neurons.map(({ index, weight, shareOfL1 }) => (
            <tr>
              <th scope="row">{nameNeuron(index)}</th>
              <td>{formatSigned(weight, 3)}</td>
              <td>{formatPercent(shareOfL1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {correlatedNeurons.length > 0 && (
        <>
          <table class="figures tight">
            <caption>Most correlated activations</caption>
            <thead>
              <tr>
                <th scope="col">neuron</th>
                <th scope="col">Pearson</th>
              </tr>
            </thead>
            <tbody>
              {correlatedNeurons.map(({ index, pearson }) => (
                <tr>
                  <th scope="row">{nameNeuron(index)}</th>
                  <td>{formatSigned(pearson, 3)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="note">Over {formatCount(props.correlationTokens)} held-out tokens.</p>
        </>
      )}
    </Panel>
  );
}
