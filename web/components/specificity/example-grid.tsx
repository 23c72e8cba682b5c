import type { ShownFiring, ShownGrid } from "../../../src/analysis/specificity.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { formatLevel } from "../../text/format-number.ts";
import { renderWindow } from "../render-window.tsx";
import { ScrollRegion } from "../scroll-region.tsx";

/** Random firings of a feature, the strongest level first: tokens that belong to the proxy beside those that do not. */
export function ExampleGrid(props: { readonly grid: ShownGrid; readonly proxy: string; readonly names: TokenNames }) {
  const { grid, names } = props;
  const step = grid.maximum / grid.levels.length;
  const levels = grid.levels.map((cells, level) => ({ ...cells, level })).reverse();
  return (
    <ScrollRegion label={`Random examples of feature ${grid.feature} by level`}>
      <table class="example-grid">
        <thead>
          <tr>
            <th scope="col">activation</th>
            <th scope="col">{props.proxy}</th>
            <th scope="col">other tokens</th>
          </tr>
        </thead>
        <tbody>
          {levels.map(({ level, on, off }) => (
            <tr key={level}>
              <th scope="row">
                {formatLevel(level * step)} to {formatLevel((level + 1) * step)}
              </th>
              <Cell firings={on} names={names} />
              <Cell firings={off} names={names} />
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Cell({ firings, names }: { readonly firings: readonly ShownFiring[]; readonly names: TokenNames }) {
  if (firings.length === 0) return <td class="soft">none</td>;
  return (
    <td>
      <ul>
        {firings.map(([activation, tokens], i) => (
          <li key={i} title={formatLevel(activation)} dir="auto">
            {renderWindow(tokens, names)}
          </li>
        ))}
      </ul>
    </td>
  );
}
