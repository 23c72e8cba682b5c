import type { Automaton } from "../../../src/analysis/automata/automata.ts";
import { STATE_LETTERS } from "../../data/automata-data.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { pageLocation, setQuery } from "../../location-state.ts";
import { analysisAddress } from "../../route.ts";
import { LiveGate } from "../live/live-gate.tsx";
import { AutomatonGraph } from "./automaton-graph.tsx";
import { AutomatonSampler } from "./automaton-sampler.tsx";
import { AutomatonWalks } from "./automaton-walks.tsx";
import { EdgeTable } from "./edge-table.tsx";
import { FeatureWords } from "./feature-words.tsx";

/** One automaton: its drawing and figures, text that goes round it, and what the model writes in it. */
export function AutomatonCard({ automaton, data }: { readonly automaton: Automaton; readonly data: DictionaryData }) {
  const { states, modules } = automaton;
  const { id } = data.summary;
  const seed = readSeed(pageLocation.value.query.get("seed"));
  return (
    <section class="section card automaton-card" aria-labelledby="automaton-title">
      <h2 id="automaton-title">
        {states.length === 1 ? `Self-loop of feature ${states[0]}` : `Automaton ${states.join(" → ")}`}
      </h2>
      <div class="automaton-figure">
        <AutomatonGraph automaton={automaton} names={data.names} address={(feature) => `/d/${id}/f/${feature}`} />
        <ul class="state-list">
          {states.map((feature, state) => (
            <li key={feature}>
              <span class={`state-key state-${state}`}>{STATE_LETTERS[state]}</span>{" "}
              <FeatureWords data={data} feature={feature} />
              {modules[state] !== -1 && (
                <a class="note" href={`${analysisAddress(id, "automata")}?view=modules&m=${modules[state]! + 1}`}>
                  module {modules[state]! + 1}
                </a>
              )}
            </li>
          ))}
        </ul>
      </div>
      <EdgeTable automaton={automaton} names={data.names} />
      <p class="note">
        Written: how much what a state writes raises the chance that the next fires. Followed: how often the next fires
        one token later, with the 95 % interval over contexts; any token: how often it fires anyway. At once: share of
        the rarer one’s firings on which both fire.
      </p>
      <AutomatonWalks automaton={automaton} data={data} />
      <section aria-labelledby="sampled-title">
        <h3 id="sampled-title">Sampled</h3>
        {seed === null ? (
          <button type="button" class="button" onClick={() => setSeed(1)}>
            Let the model write
          </button>
        ) : (
          <LiveGate dictionary={id}>
            {() => <AutomatonSampler data={data} automaton={automaton} seed={seed} onSeed={setSeed} />}
          </LiveGate>
        )}
      </section>
    </section>
  );
}

/** The seed in the address; null while nobody asked for a text. */
function readSeed(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function setSeed(seed: number): void {
  setQuery({ seed: String(seed) });
}
