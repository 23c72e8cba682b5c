import type { FeatureRecord } from "../../../src/features/feature-record.ts";
import { readAnnotations } from "../../data/annotations.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { findTopTokens } from "../../data/feature-order.ts";
import { formatSigned } from "../../text/format-number.ts";
import { FeatureLink } from "../feature-link.tsx";
import { Panel, type PanelFrame } from "../panel.tsx";
import { TokenChip } from "../token-chip.tsx";

/** The features that fire together with a feature, and those whose directions are nearest. */
export function NeighbourPanel(props: {
  readonly record: FeatureRecord;
  readonly data: DictionaryData;
  readonly frame: PanelFrame;
  readonly address: (feature: number) => string;
}) {
  const { correlatedFeatures, nearestFeatures } = props.record;
  const correlated = correlatedFeatures.map(({ index, pearson }) => ({ index, value: pearson }));
  const nearest = nearestFeatures.map(({ index, cosine }) => ({ index, value: cosine }));
  const table = () => ({
    columns: ["relation", "feature", "pearson_or_cosine"],
    rows: [
      ...correlated.map(({ index, value }) => ["correlated", index, value]),
      ...nearest.map(({ index, value }) => ["nearest", index, value]),
    ],
  });
  return (
    <Panel
      name="neighbours"
      frame={props.frame}
      data={() => ({ table: table(), json: { correlated: correlatedFeatures, nearest: nearestFeatures } })}
    >
      <NeighbourTable {...props} title="Fire together" unit="Pearson" neighbours={correlated} />
      <NeighbourTable {...props} title="Point the same way" unit="cosine" neighbours={nearest} />
    </Panel>
  );
}

function NeighbourTable(props: {
  readonly data: DictionaryData;
  readonly address: (feature: number) => string;
  readonly title: string;
  readonly unit: string;
  readonly neighbours: readonly { readonly index: number; readonly value: number }[];
}) {
  const { data, neighbours } = props;
  const { byFeature } = readAnnotations(data.summary.id).value;
  if (neighbours.length === 0) return null;
  return (
    <table class="figures tight neighbour-table">
      <caption>{props.title}</caption>
      <thead>
        <tr>
          <th scope="col">feature</th>
          <th scope="col">top token</th>
          <th scope="col">{props.unit}</th>
        </tr>
      </thead>
      <tbody>
        {neighbours.map(({ index, value }) => (
          <tr>
            <th scope="row">
              <FeatureLink
                data={data}
                feature={index}
                label={byFeature.get(index)?.label}
                address={props.address(index)}
              />
            </th>
            <td class="neighbour-tokens">
              {findTopTokens(data.table, index)
                .slice(0, 1)
                .map((id) => (
                  <TokenChip text={data.names.text(id)} key={id} />
                ))}
            </td>
            <td>{formatSigned(value, 3)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
