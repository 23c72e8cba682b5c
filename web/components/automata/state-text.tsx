import { useMemo, useState } from "preact/hooks";
import { STATE_LETTERS } from "../../data/automata-data.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { clusterTokens } from "../../text/cluster-tokens.ts";
import { formatLevel } from "../../text/format-number.ts";
import { ReadingText } from "../reading/reading-text.tsx";
import { TokenChip } from "../token-chip.tsx";

/** Tokens with what the states of an automaton do on each. */
export interface StateTextProps {
  readonly label: string;
  readonly data: DictionaryData;
  readonly states: readonly number[];
  readonly tokens: readonly number[];
  /** Of each state on each token; undefined while it is not known. */
  readonly activations: readonly (readonly number[])[] | undefined;
  /** Tokens that stand back: what is only there to be gone on from. */
  readonly isGiven: (place: number) => boolean;
}

/** A text whose tokens carry the letter of the state that fires most on them. */
export function StateText({ label, data, states, tokens, activations, isGiven }: StateTextProps) {
  const [place, setPlace] = useState<number>();
  const contexts = useMemo(
    () =>
      clusterTokens(
        tokens.map((token) => ({ token, context: 0 })),
        data.names.bytes,
      ),
    [tokens, data],
  );
  const share = (state: number, at: number) => (activations?.[state]?.[at] ?? 0) / data.table.maximum[states[state]!]!;
  const look = (start: number, end: number): string => {
    const strengths = states.map((_, state) =>
      Math.max(...Array.from({ length: end - start }, (__, i) => share(state, start + i))),
    );
    const most = Math.max(...strengths);
    if (most > 0) return `state state-${strengths.indexOf(most)}`;
    return isGiven(start) ? "given" : "";
  };
  return (
    <div class="state-text">
      <ReadingText label={label} contexts={contexts} look={look} chosen={null} onPoint={setPlace} />
      <p class="note state-inspector" aria-live="polite">
        {place === undefined || tokens[place] === undefined ? (
          "Point at a token, or go there with Tab and the arrow keys, to see its states."
        ) : (
          <>
            <TokenChip text={data.names.text(tokens[place]!)} />{" "}
            {states.map((feature, state) => (
              <span key={feature}>
                {STATE_LETTERS[state]} ({feature}) {formatLevel(activations?.[state]?.[place] ?? 0)}{" "}
              </span>
            ))}
          </>
        )}
      </p>
    </div>
  );
}
