import type { BasisRow } from "../../data/neuron-basis-view.ts";
import { formatPercent, formatSigned } from "../../text/format-number.ts";
import { LongTable } from "../long-table.tsx";
import { TokenChip } from "../token-chip.tsx";
import { type AnalysedDictionary, AnalysedFeature } from "./analysed-feature.tsx";

/** Features with their directions' figures, some at a time. */
export function BasisTable(props: {
  readonly rows: readonly BasisRow[];
  readonly dictionary: AnalysedDictionary;
  readonly neuronAddress: ((neuron: number) => string) | undefined;
}) {
  const { rows, dictionary, neuronAddress } = props;
  const { data } = dictionary;
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
          <td>
            {row.topTokenShare !== undefined && (
              <>
                {formatPercent(row.topTokenShare)} <TokenChip text={data?.names.text(row.topToken) ?? ""} />
              </>
            )}
          </td>
        </tr>
      )}
    />
  );
}
