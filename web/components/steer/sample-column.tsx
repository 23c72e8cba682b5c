import { useMemo } from "preact/hooks";
import { meanLoss, type Sample } from "../../data/sample.ts";
import type { TokenNames } from "../../data/token-names.ts";
import type { LiveAnswer } from "../../data/use-live-answer.ts";
import { clusterTokens } from "../../text/cluster-tokens.ts";
import { LiveState } from "../live/live-state.tsx";
import { ReadingText } from "../reading/reading-text.tsx";
import { shadeClass } from "../reading/shade.ts";

/** At this log-probability in nats a token is shaded fully: one in about 3,000. */
const DARKEST = -8;

/** What one way to run the model writes after the prompt, each token shaded by how unlikely it was. */
export function SampleColumn({
  id,
  title,
  explanation,
  names,
  answer,
  onPoint,
}: {
  readonly id: string;
  readonly title: string;
  readonly explanation: string;
  readonly names: TokenNames;
  readonly answer: LiveAnswer<Sample>;
  readonly onPoint: (place: number | undefined) => void;
}) {
  const sample = answer.value;
  const contexts = useMemo(
    () => clusterTokens(sample?.tokens.map((token) => ({ token, context: 0 })) ?? [], names.bytes),
    [sample, names],
  );
  return (
    <section class={`card sample ${answer.stale ? "stale" : ""}`} aria-labelledby={`sample-${id}`} data-sample={id}>
      <h3 id={`sample-${id}`}>{title}</h3>
      <p class="note">{explanation}</p>
      <div>
        {answer.error !== undefined && <LiveState answer={answer} what="the text" />}
        {sample !== undefined && (
          <ReadingText
            label={`Text: ${title}`}
            contexts={contexts}
            look={(start, end) => lookOf(sample, start, end)}
            chosen={null}
            onPoint={onPoint}
          />
        )}
      </div>
      <p class="note">
        {answer.busy ? "Writing… " : ""}
        {sample !== undefined && describe(sample)}
      </p>
    </section>
  );
}

/** The shade of the least likely of some tokens; those of the prompt stand back. */
function lookOf({ logProbabilities, promptLength }: Sample, start: number, end: number): string {
  if (start < promptLength) return "given";
  const lowest = Math.min(...logProbabilities.slice(start, end).map((value) => value ?? 0));
  return shadeClass(lowest / DARKEST);
}

function describe({ logProbabilities, promptLength }: Sample): string {
  const drawn = logProbabilities.length - promptLength;
  if (drawn === 0) return "";
  const loss = meanLoss(logProbabilities.slice(promptLength));
  return `${drawn} tokens drawn, ${loss.toFixed(2)} nats each: on average as unlikely as one in ${Math.exp(loss).toFixed(1)}.`;
}
