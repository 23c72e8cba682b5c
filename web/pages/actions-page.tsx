import { type Actions, tellActions } from "../../src/interpret/actions.ts";
import { ActionsTable } from "../components/analysis/actions-table.tsx";
import { AnalysisGate } from "../components/analysis/analysis-gate.tsx";
import { formatCount } from "../text/format-number.ts";

/** Features as results of the text and as causes of what comes next. */
export function ActionsPage({ dictionary }: { readonly dictionary: string }) {
  return (
    <AnalysisGate<Actions>
      dictionary={dictionary}
      analysis="actions"
      note="Whether a feature that stands for something also acts on it: the causal check of explanations, many features at once."
    >
      {(found, { id }) => (
        <>
          <section class="section card" aria-label="Finding">
            <p class="finding">{tellActions(found)}</p>
            <p class="note">
              Each feature is held at its largest activation on all of {formatCount(found.positions)} positions, the
              dictionary's error kept. Its rules are found from the ten tokens with the largest logit weights; the
              probability counted is that of the other tokens of which a rule holds. The control moves as far in a
              random direction. The features that predict a proxy best come first, then a random sample of those that
              are neither dead nor ultralow.
            </p>
          </section>
          <section class="section card" aria-label="Features">
            <ActionsTable dictionary={id} features={found.features} />
          </section>
        </>
      )}
    </AnalysisGate>
  );
}
