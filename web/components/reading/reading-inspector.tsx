import type { LiveToken } from "../../../src/live/live-event.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { formatNats } from "../../text/effect-level.ts";
import { formatDensity, formatSignificant } from "../../text/format-number.ts";
import { TokenChip } from "../token-chip.tsx";

const FEATURES = 6;

/** What there is to say about the tokens someone points at; more than one where only together they make a character. */
export function ReadingInspector({
  data,
  tokens,
  start,
  feature,
  idle = "Point at a token, or go there with Tab and the arrow keys, to see its features.",
}: {
  readonly data: DictionaryData;
  readonly tokens: readonly LiveToken[];
  readonly start: number | undefined;
  /** The feature the text is shaded by. */
  readonly feature: number | undefined;
  /** What is said while nobody points. */
  readonly idle?: string;
}) {
  return (
    <div class="inspector" aria-live="polite">
      {tokens.length === 0 || start === undefined ? (
        <span class="pending">{idle}</span>
      ) : (
        tokens.map((token, offset) => {
          const { features } = token;
          const own = features.find((entry) => entry.feature === feature);
          return (
            <span class="inspected" key={start + offset}>
              <TokenChip text={data.names.text(token.token)} />
              <span class="inspected-place">
                position {start + offset}
                {token.logProbability !== null && `, probability ${formatDensity(Math.exp(token.logProbability))}`}
              </span>
              {feature !== undefined && (
                <span>
                  feature {feature}: <b class="inspected-value">{(own?.activation ?? 0).toFixed(4)}</b>
                  {own?.lossEffect != null && `, effect on the next ${formatNats(own.lossEffect)}`}
                </span>
              )}
              <span class="inspected-features">
                {features.length === 0
                  ? "no feature is active here"
                  : `${features.length} active: ${features
                      .slice(0, FEATURES)
                      .map((entry) => `${entry.feature} (${formatSignificant(entry.activation)})`)
                      .join(", ")}${features.length > FEATURES ? ", …" : ""}`}
              </span>
            </span>
          );
        })
      )}
    </div>
  );
}
