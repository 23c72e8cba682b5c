import type { ReadonlySignal } from "@preact/signals";
import type { Example } from "../../../src/features/feature-record.ts";
import { effectOnToken } from "../../data/example-groups.ts";
import type { Inspection } from "../../data/inspection.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { useKeys } from "../../data/use-keys.ts";
import { formatNats } from "../../text/effect-level.ts";
import { formatPercent, formatSigned } from "../../text/format-number.ts";
import { TokenChip } from "../token-chip.tsx";

/** The token someone points at, in figures; on a small screen a sheet at its lower edge, which Escape closes too. */
export function Inspector(props: {
  readonly inspection: ReadonlySignal<Inspection | undefined>;
  readonly maximum: number;
  readonly names: TokenNames;
  /** What effects are on. */
  readonly measure: "loss" | "logit";
  /** The address of a page that shows what every feature says to a text. */
  readonly explore: (text: string) => string;
  readonly onClose: () => void;
}) {
  const { maximum, names } = props;
  const inspection = props.inspection.value;
  useKeys(inspection === undefined ? {} : { Escape: props.onClose });
  if (inspection === undefined)
    return (
      <div class="inspector" aria-live="polite">
        <span class="pending">Point at a token, or go there with Tab and the arrow keys, to see its figures.</span>
      </div>
    );
  const { example, start, end } = inspection;
  const text = example.tokens.filter((id) => id >= 0).map(names.text);
  return (
    <div class="inspector shown" aria-live="polite">
      {example.tokens.slice(start, end).map((id, offset) => (
        <InspectedToken
          key={start + offset}
          example={example}
          place={start + offset}
          maximum={maximum}
          measure={props.measure}
        >
          <TokenChip text={names.text(id)} />
        </InspectedToken>
      ))}
      <span class="inspected-place">
        document {example.document}, context {example.context}, position{" "}
        {example.position + start - (example.tokens.length - 1) / 2}
      </span>
      <a class="inspected-link" href={props.explore(text.join(""))}>
        All features on this text
      </a>
      <button type="button" class="quiet-button inspector-close" aria-label="Close" onClick={props.onClose}>
        ✕
      </button>
    </div>
  );
}

function InspectedToken(props: {
  readonly example: Example;
  readonly place: number;
  readonly maximum: number;
  readonly measure: "loss" | "logit";
  readonly children: preact.ComponentChildren;
}) {
  const { example, place, maximum } = props;
  const activation = example.activations[place]!;
  return (
    <span class="inspected">
      {props.children}
      <span>
        <b class="inspected-value">{activation.toFixed(4)}</b>
        {maximum > 0 && ` ${formatPercent(activation / maximum)} of the maximum`}
      </span>
      <span class="inspected-effect">{describeEffect(effectOnToken(example, place), props.measure)} </span>
      <span class="inspected-place">token {example.tokens[place]}</span>
    </span>
  );
}

function describeEffect(effect: number | null, measure: "loss" | "logit"): string {
  if (measure === "logit" && effect !== null) return `added ${formatSigned(effect, 3)} to its logit`;
  if (effect === null) return "effect not computed yet";
  if (effect === 0) return "no effect on predicting it";
  return `${effect > 0 ? "helped" : "hurt"} to predict it: ${formatNats(effect)}`;
}
