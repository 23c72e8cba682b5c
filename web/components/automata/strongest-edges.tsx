import type { AutomatonEdge } from "../../../src/analysis/automata/automata.ts";
import { DataTable } from "../../charts/data-table.tsx";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { findTopTokens } from "../../data/feature-order.ts";
import { formatPercent } from "../../text/format-number.ts";

/** The strongest edges between different features, also where they close no circle: what chains are made of. */
export function StrongestEdges(props: { readonly edges: readonly AutomatonEdge[]; readonly data: DictionaryData }) {
  const { edges, data } = props;
  const name = (feature: number) =>
    `${feature} ${findTopTokens(data.table, feature)
      .map((token) => data.names.text(token))
      .join(" ")}`;
  return (
    <section class="section card" aria-labelledby="edges-title">
      <h2 id="edges-title">The strongest edges between features</h2>
      <p class="note">Also those that close no circle: {edges.length} of them.</p>
      <DataTable
        caption="The strongest edges between features"
        columns={["from", "to", "strength", "followed", "any token"]}
        rows={() =>
          edges.map(({ source, target, strength, followed, base }) => [
            name(source),
            name(target),
            strength.toFixed(3),
            formatPercent(followed),
            formatPercent(base),
          ])
        }
      />
    </section>
  );
}
