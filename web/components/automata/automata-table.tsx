import type { Automaton } from "../../../src/analysis/automata/automata.ts";
import { nameAutomaton } from "../../data/automata-data.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { formatCount, formatPercent } from "../../text/format-number.ts";
import { ScrollRegion } from "../scroll-region.tsx";
import { FeatureWords } from "./feature-words.tsx";

/** Automata in rows, the strongest first; choosing one shows it. */
export function AutomataTable(props: {
  readonly automata: readonly Automaton[];
  readonly chosen: Automaton;
  readonly data: DictionaryData;
  readonly onChoose: (name: string) => void;
}) {
  const { automata, chosen, data } = props;
  return (
    <ScrollRegion label="Automata">
      <table class="figures tight automata-table">
        <thead>
          <tr>
            <th scope="col">states and the tokens they fire on</th>
            <th scope="col">strength</th>
            <th scope="col">followed</th>
            <th scope="col">times in text</th>
            <th scope="col">longest</th>
            <th scope="col">
              <span class="visually-hidden">show</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {automata.map((automaton) => {
            const { states, strength, edges, walked, longest } = automaton;
            const name = nameAutomaton(states);
            return (
              <tr key={name} {...(automaton === chosen ? { class: "chosen" } : {})}>
                <th scope="row">
                  {states.map((feature) => (
                    <FeatureWords key={feature} data={data} feature={feature} />
                  ))}
                </th>
                <td>{strength.toFixed(3)}</td>
                <td>{formatPercent(Math.min(...edges.map(({ followed }) => followed)))}</td>
                <td>{formatCount(walked)}</td>
                <td>{longest}</td>
                <td>
                  <button
                    type="button"
                    class="quiet-button"
                    aria-pressed={automaton === chosen}
                    aria-label={`Show ${name}`}
                    onClick={() => props.onChoose(name)}
                  >
                    show
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
