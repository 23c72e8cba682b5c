import type { Automata } from "../../../src/analysis/automata/automata.ts";
import { LENGTH_NAMES } from "../../../src/analysis/automata/tell-automata.ts";
import { chooseAutomaton } from "../../data/automata-data.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { pageLocation, setQuery, withQuery } from "../../location-state.ts";
import { ChoiceGroup } from "../choice-group.tsx";
import { AutomataTable } from "./automata-table.tsx";
import { AutomatonCard } from "./automaton-card.tsx";
import { ChanceTable } from "./chance-table.tsx";
import { NamedList } from "./named-list.tsx";
import { StrongestEdges } from "./strongest-edges.tsx";

const LENGTHS = { all: "all", one: "one", two: "two", three: "three", four: "four" } as const;
const WORDS = Object.keys(LENGTHS);

/** The automata of a dictionary: what was found and what chance makes, the list, and one of them. */
export function AutomataView({ automata, data }: { readonly automata: Automata; readonly data: DictionaryData }) {
  const { path, query } = pageLocation.value;
  const asked = query.get("len") ?? "all";
  const length = Object.hasOwn(LENGTHS, asked) ? (asked as keyof typeof LENGTHS) : "all";
  const shown = automata.automata.filter(({ states }) => length === "all" || WORDS.indexOf(length) === states.length);
  const chosen = chooseAutomaton(shown, query.get("a"));
  return (
    <>
      <section class="section card columns" aria-label="What was found">
        <div>
          <ChanceTable automata={automata} />
          <p class="note">
            Chance: each feature writes what another one does. An edge counts from strength{" "}
            {automata.settings.weakestEdge} on, a circle if no smaller one of its features is as strong.
          </p>
        </div>
        <div>
          <h2>Those the paper shows</h2>
          <NamedList
            automata={automata}
            address={(name) => withQuery(path, new URLSearchParams({ ...Object.fromEntries(query), a: name, len: "" }))}
          />
        </div>
      </section>
      <section class="section card" aria-label="Automata">
        <div class="automata-choices">
          <ChoiceGroup
            legend="States"
            name="len"
            choices={LENGTHS}
            value={length}
            onChange={(value) => setQuery({ len: value === "all" ? "" : value, a: "" })}
          />
        </div>
        {chosen === undefined ? (
          <p class="pending">
            None {length === "all" ? "was found" : LENGTH_NAMES[WORDS.indexOf(length) - 1]}: no edges of strength{" "}
            {automata.settings.weakestEdge} or more close a circle.
          </p>
        ) : (
          <AutomataTable automata={shown} chosen={chosen} data={data} onChoose={(a) => setQuery({ a })} />
        )}
      </section>
      {chosen !== undefined && <AutomatonCard key={chosen.states.join()} automaton={chosen} data={data} />}
      <StrongestEdges edges={automata.strongest} data={data} />
    </>
  );
}
