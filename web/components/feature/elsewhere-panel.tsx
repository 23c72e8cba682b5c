import type { MatchElsewhere } from "../../data/use-matches.ts";
import { formatSigned } from "../../text/format-number.ts";
import { Panel, type PanelFrame } from "../panel.tsx";
import { ScrollRegion } from "../scroll-region.tsx";

/** The same feature in other dictionaries, as far as they were compared. */
export function ElsewherePanel(props: { readonly matches: readonly MatchElsewhere[]; readonly frame: PanelFrame }) {
  const { matches } = props;
  const table = () => ({
    columns: ["dictionary", "feature", "activation", "logit_weights", "attribution"],
    rows: matches.map(({ dictionary, feature, activation, logits, attribution }) => [
      ...[dictionary, feature, activation, logits, attribution],
    ]),
  });
  return (
    <Panel name="elsewhere" frame={props.frame} data={() => ({ table: table(), json: matches })}>
      <ScrollRegion label="The feature in other dictionaries">
        <table class="figures tight">
          <caption class="visually-hidden">Best match in other dictionaries, by correlation</caption>
          <thead>
            <tr>
              <th scope="col">dictionary</th>
              <th scope="col">feature</th>
              <th scope="col">activations</th>
              <th scope="col">logits</th>
            </tr>
          </thead>
          <tbody>
            {matches.map(({ dictionary, feature, activation, logits, pair }) => (
              <tr key={`${pair.left} ${pair.right}`}>
                <th scope="row">
                  <a href={`/compare/${pair.left}/${pair.right}`}>{dictionary}</a>
                </th>
                <td>
                  <a href={`/d/${dictionary}/f/${feature}`}>{feature}</a>
                </td>
                <td>{formatSigned(activation, 3)}</td>
                <td>{Number.isNaN(logits) ? "" : formatSigned(logits, 3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Panel>
  );
}
