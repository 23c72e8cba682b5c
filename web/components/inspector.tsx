import type { Inspection } from "../data/inspection.ts";
import type { TokenNames } from "../data/token-names.ts";
import { formatPercent } from "../text/format-number.ts";
import { TokenChip } from "./token-chip.tsx";

/** The token someone points at, in figures. */
export function Inspector(props: {
  readonly inspection: Inspection | undefined;
  readonly maximum: number;
  readonly names: TokenNames;
}) {
  const { inspection, maximum, names } = props;
  return (
    <div class="inspector" aria-live="polite">
      {inspection === undefined ? (
        <span class="pending">Point at a token, or go there with Tab and the arrow keys, to see its activation.</span>
      ) : (
        <>
          {inspection.example.tokens.slice(inspection.start, inspection.end).map((id, offset) => {
            const activation = inspection.example.activations[inspection.start + offset]!;
            return (
              <span class="inspected" key={inspection.start + offset}>
                <TokenChip text={names.text(id)} />
                <b class="inspected-value">{activation.toFixed(4)}</b>
                {maximum > 0 && <span>{formatPercent(activation / maximum)} of the maximum</span>}
                <span class="inspected-place">token {id}</span>
              </span>
            );
          })}
          <span class="inspected-place">
            document {inspection.example.document}, context {inspection.example.context}, position{" "}
            {inspection.example.position + inspection.start - (inspection.example.tokens.length - 1) / 2}
          </span>
        </>
      )}
    </div>
  );
}
