import type { Sample } from "../../data/sample.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { formatDensity } from "../../text/format-number.ts";
import { TokenChip } from "../token-chip.tsx";

/** The tokens at one place of each text, with how likely each was there. */
export function SampleInspector({
  names,
  place,
  samples,
}: {
  readonly names: TokenNames;
  readonly place: number | undefined;
  readonly samples: readonly { readonly title: string; readonly sample: Sample | undefined }[];
}) {
  return (
    <div class="inspector sample-inspector" aria-live="polite">
      {place === undefined ? (
        <span class="pending">
          Point at a token, or go there with Tab and the arrow keys, to compare its probability. Darker is less likely.
        </span>
      ) : (
        <>
          <span class="inspected-place">position {place}</span>
          {samples.map(({ title, sample }) => {
            const token = sample?.tokens[place];
            const logProbability = sample?.logProbabilities[place];
            return token === undefined ? null : (
              <span class="inspected" key={title}>
                <span>{title}</span>
                <TokenChip text={names.text(token)} />
                {logProbability != null && (
                  <>
                    <b class="inspected-value">{formatDensity(Math.exp(logProbability))}</b>
                    <span class="inspected-place">{logProbability.toFixed(3).replace("-", "−")} nats</span>
                  </>
                )}
              </span>
            );
          })}
        </>
      )}
    </div>
  );
}
