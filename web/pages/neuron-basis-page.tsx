import { useMemo } from "preact/hooks";
import type { NeuronBasis } from "../../src/analysis/neuron-basis.ts";
import { tellNeuronBasis } from "../../src/analysis/tell-neuron-basis.ts";
import type { DictionaryDetails } from "../../src/server/api.ts";
import { AnalysisGate } from "../components/analysis/analysis-gate.tsx";
import { BasisHistograms, BasisScatter } from "../components/analysis/basis-charts.tsx";
import { BasisSummaryTable } from "../components/analysis/basis-summary.tsx";
import { BasisTable } from "../components/analysis/basis-table.tsx";
import { ChoiceGroup } from "../components/choice-group.tsx";
import { BASIS_ORDERS, listBasisRows, parseBasisView } from "../data/neuron-basis-view.ts";
import { readRunDictionaries } from "../data/run-dictionaries.ts";
import { useDictionary } from "../data/use-dictionary.ts";
import { navigate, pageLocation, setQuery } from "../location-state.ts";
import { formatCount } from "../text/format-number.ts";

/** How far a dictionary's directions lie along neurons. */
export function NeuronBasisPage({ dictionary }: { readonly dictionary: string }) {
  return (
    <AnalysisGate<NeuronBasis>
      dictionary={dictionary}
      analysis="neuron-basis"
      note="Whether a feature is a neuron, a few of them, or a direction among many; as in Nanda's replication."
    >
      {(basis, details) => <Measured basis={basis} details={details} />}
    </AnalysisGate>
  );
}

function Measured({ basis, details }: { readonly basis: NeuronBasis; readonly details: DictionaryDetails }) {
  const { id, run } = details;
  const view = parseBasisView(pageLocation.value.query);
  const { of, order } = view;
  const rows = useMemo(() => listBasisRows(basis, { of, order }), [basis, of, order]);
  const data = useDictionary(id);
  const neurons = readRunDictionaries(run).value.find(({ name, pack }) => name === "neurons" && pack !== null);
  return (
    <>
      <section class="section card" aria-label="Finding">
        <p class="finding">{tellNeuronBasis(basis)}</p>
        <p class="note">
          On {formatCount(basis.tokens)} held-out tokens. 1-sparse: more than 35 % of the squared norm in one entry and
          less than 10 % in the nine after it; 10-sparse: more than 35 % in ten. Medians with their 95 % intervals.
        </p>
        <BasisSummaryTable basis={basis} />
      </section>
      <div class="section">
        <ChoiceGroup
          legend="Features"
          name="of"
          choices={{ live: "neither dead nor ultralow", all: "all" }}
          value={of}
          onChange={(chosen) => setQuery({ of: chosen === "live" ? "" : chosen })}
        />
      </div>
      <section class="section columns" aria-label="Charts">
        <div class="card two-rows">
          <BasisScatter rows={rows} address={(feature) => `/d/${id}/f/${feature}`} onOpen={navigate} />
        </div>
        <BasisHistograms basis={basis} rows={rows} />
      </section>
      <section class="section card" aria-labelledby="extremes">
        <h2 id="extremes">{formatCount(rows.length)} features, the most extreme first</h2>
        <ChoiceGroup
          legend="By"
          name="order"
          choices={BASIS_ORDERS}
          value={order}
          onChange={(chosen) => setQuery({ order: chosen === "neuron" ? "" : chosen })}
        />
        <BasisTable
          rows={rows}
          dictionary={{ id, data }}
          neuronAddress={neurons && ((neuron) => `/d/${neurons.id}/f/${neuron}`)}
        />
      </section>
    </>
  );
}
