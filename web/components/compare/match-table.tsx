import type { ComponentChildren } from "preact";
import type { MatchRow } from "../../data/comparison-view.ts";
import { formatDensity, formatSigned } from "../../text/format-number.ts";
import { LongTable } from "../long-table.tsx";

type FeatureLinker = (feature: number) => ComponentChildren;

/** Features with their best matches, some at a time. */
export function MatchTable(props: {
  readonly rows: readonly MatchRow[];
  readonly names: { readonly own: string; readonly other: string };
  /** The link to a feature of either side. */
  readonly link: { readonly own: FeatureLinker; readonly other: FeatureLinker };
}) {
  const { rows, names, link } = props;
  const other = `best match in ${names.other}`;
  return (
    <LongTable
      caption={`Features of ${names.own} and their best matches in ${names.other}`}
      columns={[names.own, other, "activations", "logit weights", "attributions", "density"]}
      rows={rows}
      render={({ feature, best, activation, logits, attribution, density }) => (
        <tr key={feature}>
          <th scope="row">{link.own(feature)}</th>
          <td>{link.other(best)}</td>
          {[activation, logits, attribution].map((value) => (
            <td>{Number.isNaN(value) ? "" : formatSigned(value, 3)}</td>
          ))}
          <td>{formatDensity(density)}</td>
        </tr>
      )}
    />
  );
}
