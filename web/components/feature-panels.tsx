import type { FeatureRecord } from "../../src/features/feature-record.ts";
import type { DictionaryData } from "../data/dictionary-data.ts";
import { ActivationCard } from "./activation-card.tsx";
import { Examples } from "./examples.tsx";
import { LogitCard } from "./logit-card.tsx";
import { NeuronCard } from "./neuron-card.tsx";

/** All that is known about one feature: figures on one side, text on the other. */
export function FeaturePanels({ data, record }: { readonly data: DictionaryData; readonly record: FeatureRecord }) {
  return (
    <div class="feature-panels">
      <div class="feature-side">
        {record.firings > 0 && <ActivationCard record={record} />}
        {record.logits !== null && <LogitCard logits={record.logits} names={data.names} />}
        {record.neurons.length > 0 && <NeuronCard neurons={record.neurons} />}
      </div>
      {record.groups.length > 0 ? (
        <Examples key={record.index} record={record} names={data.names} />
      ) : (
        <p class="card pending">There are no examples: the feature fired on none of the text searched.</p>
      )}
    </div>
  );
}
