import type { Automaton } from "../../../src/analysis/automata/automata.ts";
import { STATE_LETTERS } from "../../data/automata-data.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { formatCount, formatDensity, formatPercent } from "../../text/format-number.ts";
import { ScrollRegion } from "../scroll-region.tsx";
import { TokenChip } from "../token-chip.tsx";

const TOKENS = 6;

/** The edges of an automaton with all their figures: the same as its drawing, and more. */
export function EdgeTable({ automaton, names }: { readonly automaton: Automaton; readonly names: TokenNames }) {
  const { states, edges } = automaton;
  const letter = (feature: number) => STATE_LETTERS[states.indexOf(feature)];
  return (
    <ScrollRegion label="Edges of the automaton">
      <table class="figures tight">
        <thead>
          <tr>
            <th scope="col">edge</th>
            <th scope="col">strength</th>
            <th scope="col">written</th>
            <th scope="col">followed</th>
            <th scope="col">any token</th>
            <th scope="col">over raised tokens</th>
            <th scope="col">at once</th>
            <th scope="col" class="words">
              tokens on it
            </th>
          </tr>
        </thead>
        <tbody>
          {edges.map((edge) => (
            <tr key={edge.source}>
              <th scope="row">
                {letter(edge.source)} → {letter(edge.target)}
              </th>
              <td>{edge.strength.toFixed(3)}</td>
              <td>+{formatDensity(edge.written)}</td>
              <td>
                {formatPercent(edge.followed)}{" "}
                <span class="soft">{`${formatPercent(edge.interval[0])}–${formatPercent(edge.interval[1])}`}</span>
              </td>
              <td>{formatPercent(edge.base)}</td>
              <td>{formatPercent(edge.overRaised)}</td>
              <td>{formatPercent(edge.together)}</td>
              <td class="words">
                {edge.tokens.slice(0, TOKENS).map(({ token, count }) => (
                  <span class="counted" key={token} title={`${formatCount(count)} times`}>
                    <TokenChip text={names.text(token)} />
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
