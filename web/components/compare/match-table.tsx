import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { MatchRow } from "../../data/comparison-view.ts";
import { formatCount, formatDensity, formatSigned } from "../../text/format-number.ts";
import { ScrollRegion } from "../scroll-region.tsx";

type FeatureLinker = (feature: number) => ComponentChildren;

const AT_ONCE = 50;

/** Features with their best matches, some at a time. */
export function MatchTable(props: {
  readonly rows: readonly MatchRow[];
  readonly names: { readonly own: string; readonly other: string };
  /** The link to a feature of either side. */
  readonly link: { readonly own: FeatureLinker; readonly other: FeatureLinker };
}) {
  const { rows, names, link } = props;
  const [count, setCount] = useState(AT_ONCE);
  return (
    <>
      <ScrollRegion label="Best matches">
        <table class="figures match-table">
          <caption class="visually-hidden">
            Features of {names.own} and their best matches in {names.other}
          </caption>
          <thead>
            <tr>
              <th scope="col">{names.own}</th>
              <th scope="col">best match in {names.other}</th>
              <th scope="col">activations</th>
              <th scope="col">logit weights</th>
              <th scope="col">attributions</th>
              <th scope="col">density</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, count).map(({ feature, best, activation, logits, attribution, density }) => (
              <tr key={feature}>
                <th scope="row">{link.own(feature)}</th>
                <td>{link.other(best)}</td>
                {[activation, logits, attribution].map((value) => (
                  <td>{Number.isNaN(value) ? "" : formatSigned(value, 3)}</td>
                ))}
                <td>{formatDensity(density)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {count < rows.length && (
        <button type="button" class="button" onClick={() => setCount(2 * count)}>
          Show more of {formatCount(rows.length)}
        </button>
      )}
    </>
  );
}
