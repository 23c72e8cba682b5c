import type { Automaton } from "../../../src/analysis/automata/automata.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { formatCount } from "../../text/format-number.ts";
import { StateText } from "./state-text.tsx";

/** Text in which an automaton goes round, the longest walks first. */
export function AutomatonWalks({ automaton, data }: { readonly automaton: Automaton; readonly data: DictionaryData }) {
  const { states, walks, walked, longest } = automaton;
  return (
    <section aria-labelledby="walks-title">
      <h3 id="walks-title">In text</h3>
      <p class="note">
        {walked === 0
          ? "The text never comes back to the state it began with."
          : `The text goes round ${formatCount(walked)} times, at most over ${formatCount(longest)} tokens.`}{" "}
        A token carries the letter of the state that fires most on it.
      </p>
      {walks.map((walk, index) => (
        <StateText
          key={`${walk.context}-${walk.position}`}
          label={`Walk ${index + 1}`}
          data={data}
          states={states}
          tokens={walk.tokens}
          activations={walk.activations}
          isGiven={(place) => place < walk.from || place >= walk.to}
        />
      ))}
    </section>
  );
}
