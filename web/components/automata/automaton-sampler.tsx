import type { Automaton } from "../../../src/analysis/automata/automata.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { useAutomatonSamples } from "../../data/use-automaton-samples.ts";
import type { LiveAnswer } from "../../data/use-live-answer.ts";
import type { WatchedSample } from "../../data/watched-sample.ts";
import { formatPercent } from "../../text/format-number.ts";
import { LiveState } from "../live/live-state.tsx";
import { StateText } from "./state-text.tsx";

/** Sampled text: what the model writes once it is in a state, and which state each token brings it to. */
export function AutomatonSampler(props: {
  readonly data: DictionaryData;
  readonly automaton: Automaton;
  readonly seed: number;
  readonly onSeed: (seed: number) => void;
}) {
  const { data, automaton, seed } = props;
  const { beginning, goesOn, pinned } = useAutomatonSamples(data, automaton, seed);
  return (
    <>
      <p>
        <button type="button" class="button small" onClick={() => props.onSeed(seed + 1)}>
          Write something else
        </button>{" "}
        <span class="note">seed {seed}; letters say what the tokens themselves bring, before anything is held</span>
      </p>
      <div class="samples">
        {beginning.trim() === "" ? (
          <p class="pending">The longest walk cannot be gone on from: it has no whole characters.</p>
        ) : (
          <SampledText
            {...{ data, automaton }}
            title="Going on from the first half of the longest walk"
            answer={goesOn}
          />
        )}
        <SampledText
          {...{ data, automaton }}
          title="After a row of numbers, with state A held at its maximum throughout"
          answer={pinned}
        />
      </div>
    </>
  );
}

function SampledText(props: {
  readonly title: string;
  readonly data: DictionaryData;
  readonly automaton: Automaton;
  readonly answer: LiveAnswer<WatchedSample>;
}) {
  const { title, data, automaton, answer } = props;
  const sample = answer.value;
  return (
    <div class={`sampled${answer.stale ? " stale" : ""}`}>
      <h4>{title}</h4>
      {answer.error !== undefined && <LiveState answer={answer} what="the text" />}
      {sample !== undefined && (
        <StateText
          label={title}
          data={data}
          states={automaton.states}
          tokens={sample.tokens}
          activations={sample.activations}
          isGiven={(place) => place < sample.promptLength}
        />
      )}
      <p class="note">{answer.busy ? "Writing…" : sample !== undefined && describe(sample)}</p>
    </div>
  );
}

function describe({ tokens, promptLength, activations }: WatchedSample): string {
  if (activations === undefined) return "";
  const drawn = tokens.length - promptLength;
  const isOn = (place: number) => activations.some((values) => values[place]! > 0);
  const on = Array.from({ length: drawn }, (_, i) => promptLength + i).filter(isOn).length;
  return `${drawn} tokens drawn; on ${on} of them (${formatPercent(drawn === 0 ? 0 : on / drawn)}) a state fires.`;
}
