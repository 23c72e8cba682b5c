import { useMemo } from "preact/hooks";
import type { Ultralow } from "../../../src/analysis/ultralow-result.ts";
import { formatCount, formatSigned } from "../../text/format-number.ts";
import { LongTable } from "../long-table.tsx";
import { type AnalysedDictionary, AnalysedFeature } from "./analysed-feature.tsx";

/** The rare features, those nearest to their common direction first. */
export function UltralowTable(props: { readonly found: Ultralow; readonly dictionary: AnalysedDictionary }) {
  const { found, dictionary } = props;
  const { features } = found;
  const members = useMemo(() => listMembers(found), [found]);
  const show = (values: readonly number[], feature: number, decimals: number) =>
    values.length > 0 ? formatSigned(values[feature]!, decimals) : "";
  return (
    <LongTable
      caption="The rare features"
      columns={["feature", "firings", "with the direction", "encoder bias", "encoder · decoder", "their cosine"]}
      rows={members}
      render={(feature) => (
        <tr key={feature}>
          <th scope="row">
            <AnalysedFeature dictionary={dictionary} feature={feature} />
          </th>
          <td>{formatCount(features.firings[feature]!)}</td>
          <td>{show(features.toDirection, feature, 3)}</td>
          <td>{show(features.encoderBias, feature, 3)}</td>
          <td>{show(features.product, feature, 2)}</td>
          <td>{show(features.alignment, feature, 2)}</td>
        </tr>
      )}
    />
  );
}

function listMembers({ features: { member, toDirection } }: Ultralow): number[] {
  const members = [...member.keys()].filter((feature) => member[feature] === 1);
  return members.sort((a, b) => (toDirection[b] ?? 0) - (toDirection[a] ?? 0));
}
