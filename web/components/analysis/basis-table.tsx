import type { BasisRow } from "../../data/neuron-basis-view.ts";
import { formatPercent, formatSigned } from "../../text/format-number.ts";
import { type AnalysedDictionary, AnalysedFeature } from "./analysed-feature.tsx";
import { LongTable } from "./long-table.tsx";

/** Features with their directions' figures, some at a time. */
export function BasisTable(props: {
  readonly rows: readonly BasisRow[];
  readonly dictionary: AnalysedDictionary;
  readonly neuronAddress: ((neuron: number) => string) | undefined;
}) {
  const { rows, dictionary, neuronAddress } = props;
  const { data } = dictionary;
  const showToken = ({ topToken, topTokenShare }: BasisRow) =>
    topTokenShare === undefined ? "" : `${formatPercent(topTokenShare)} ${data?.names.text(topToken) ?? ""}`;
  return (
    <LongTable
      caption="Features and the neuron basis"
      columns={[
        "feature",
        "kind",
        "neuron",
        "largest",
        "next nine",
        "kurtosis",
        "unread",
        "logit kurtosis",
        "top token",
      ]}
      rows={rows}
      render={(row) => (
        <tr key={row.feature}>
          <th scope="row">
            <AnalysedFeature dictionary={dictionary} feature={row.feature} />
          </th>
          <td>{row.kind}</td>
          <td>
            {neuronAddress === undefined ? row.topNeuron : <a href={neuronAddress(row.topNeuron)}>{row.topNeuron}</a>}
          </td>
          <td>{formatPercent(row.topShare)}</td>
          <td>{formatPercent(row.nextShare)}</td>
          <td>{formatSigned(row.kurtosis, 1)}</td>
          <td>{row.nullShare === undefined ? "" : formatPercent(row.nullShare)}</td>
          <td>{row.logitKurtosis === undefined ? "" : formatSigned(row.logitKurtosis, 1)}</td>
          <td>{showToken(row)}</td>
        </tr>
      )}
    />
  );
}
