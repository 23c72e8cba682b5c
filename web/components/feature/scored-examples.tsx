import { useState } from "preact/hooks";
import type { ScoredFeature } from "../../../src/server/api.ts";
import { canFetch } from "../../data/fetch-data.ts";
import { loadScored, nameSource, parseNumbers, scoredAddress } from "../../data/interpretations.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { useResource } from "../../data/use-resource.ts";
import { formatSigned } from "../../text/format-number.ts";
import { LoadState } from "../load-state.tsx";
import { shadeClass } from "../reading/shade.ts";
import { ScrollRegion } from "../scroll-region.tsx";
import { TokenChip } from "../token-chip.tsx";

const LEVELS = 9;
const SCORES = {
  spearman: "rank correlation",
  pearson: "Pearson",
  weightedSpearman: "weighted by importance",
  logits: "logit test",
  detection: "detection",
  fuzzing: "fuzzing",
} as const;

interface ScoredProps {
  readonly dictionary: string;
  readonly feature: number;
  readonly method: string;
  /** SHA-256 of the directions that the page shows. */
  readonly weights: string;
  readonly names: TokenNames;
}

/** What an explanation was scored by: all its scores, and each passage with true and predicted activations; loaded once opened. */
export function ScoredExamples(props: ScoredProps) {
  const [open, setOpen] = useState(false);
  if (!canFetch(scoredAddress(props.dictionary, props.feature))) return null;
  return (
    <details class="scored" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Scores and scored examples</summary>
      {open && <Loaded {...props} />}
    </details>
  );
}

function Loaded({ dictionary, feature, method, weights, names }: ScoredProps) {
  const resource = useResource(`${dictionary} ${feature} ${method}`, (signal) =>
    loadScored(dictionary, feature, { method, weights }, signal),
  );
  const scored = resource.value;
  return (
    <>
      <LoadState resource={resource} what="the examples" />
      {scored !== undefined && (
        <>
          <p class="note">{listScores(scored.scores)}</p>
          <ScrollRegion label={`Examples by which ${method} was scored`}>
            <table class="scored-examples">
              <caption class="visually-hidden">True and predicted activations, 0 to 9</caption>
              {scored.examples.map((example, index) => (
                <Example key={String(index)} example={example} names={names} />
              ))}
            </table>
          </ScrollRegion>
        </>
      )}
    </>
  );
}

function listScores(scores: ScoredFeature["scores"]): string {
  const names = Object.keys(SCORES) as (keyof typeof SCORES)[];
  return names
    .flatMap((name) => (scores[name] === null ? [] : [`${SCORES[name]} ${formatSigned(scores[name], 2)}`]))
    .join(", ");
}

function Example(props: { readonly example: ScoredFeature["examples"][number]; readonly names: TokenNames }) {
  const { source, tokens, levels, predicted } = props.example;
  return (
    <tbody>
      <tr>
        <th scope="row">{nameSource(source)}</th>
        {parseNumbers(tokens).map((token, place) => (
          <td key={String(place)}>
            <TokenChip text={props.names.text(token)} />
          </td>
        ))}
      </tr>
      <Levels title="true" levels={parseNumbers(levels)} />
      {predicted === null ? (
        <tr>
          <th scope="row">predicted</th>
          <td colSpan={LEVELS}>no answer that could be read</td>
        </tr>
      ) : (
        <Levels title="predicted" levels={parseNumbers(predicted)} />
      )}
    </tbody>
  );
}

function Levels({ title, levels }: { readonly title: string; readonly levels: readonly number[] }) {
  return (
    <tr>
      <th scope="row">{title}</th>
      {levels.map((level, place) => (
        <td class={shadeClass(level / LEVELS)} key={String(place)}>
          {level}
        </td>
      ))}
    </tr>
  );
}
