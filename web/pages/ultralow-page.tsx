import { tellUltralow, type Ultralow } from "../../src/analysis/ultralow-result.ts";
import type { DictionaryDetails } from "../../src/server/api.ts";
import { ComparedHistogram } from "../charts/compared-histogram.tsx";
import { AnalysisGate } from "../components/analysis/analysis-gate.tsx";
import { OtherClusters } from "../components/analysis/other-clusters.tsx";
import { SharedInputs } from "../components/analysis/shared-inputs.tsx";
import { UltralowGroups } from "../components/analysis/ultralow-groups.tsx";
import { UltralowPast } from "../components/analysis/ultralow-past.tsx";
import { nameMembers, UltralowSpace } from "../components/analysis/ultralow-space.tsx";
import { UltralowTable } from "../components/analysis/ultralow-table.tsx";
import { readRunDictionaries } from "../data/run-dictionaries.ts";
import { useDictionary } from "../data/use-dictionary.ts";
import { navigate } from "../location-state.ts";
import { analysisAddress } from "../route.ts";
import { formatCount } from "../text/format-number.ts";

/** Whether a dictionary has an ultralow cluster, and what it is. */
export function UltralowPage({ dictionary }: { readonly dictionary: string }) {
  return (
    <AnalysisGate<Ultralow>
      dictionary={dictionary}
      analysis="ultralow"
      note="Features that hardly ever fire, which the paper and its replications found to be of no meaning."
    >
      {(found, details) => <Told found={found} details={details} />}
    </AnalysisGate>
  );
}

function Told({ found, details }: { readonly found: Ultralow; readonly details: DictionaryDetails }) {
  const { id, run, name } = details;
  const data = useDictionary(id);
  const { chosenBy, members, firings, history } = found;
  return (
    <>
      <section class="section card" aria-label="Finding">
        <p class="finding">{tellUltralow(found)}</p>
        {found.removedDirectionOf !== null && (
          <p>Trained on activations without the direction of {found.removedDirectionOf}'s cluster.</p>
        )}
        <UltralowGroups found={found} />
        <p class="note">Medians with their 95 % intervals; densities on {formatCount(found.tokens)} held-out tokens.</p>
      </section>
      <section class="section columns" aria-label="What sets the cluster apart">
        <UltralowSpace found={found} address={(feature) => `/d/${id}/f/${feature}`} onOpen={navigate} />
        <div class="card">{found.features.toDirection.length > 0 && <Directions found={found} />}</div>
      </section>
      <section class="section card" aria-labelledby="inputs-title">
        <h2 id="inputs-title">What fires them</h2>
        <SharedInputs firings={firings} members={members.features} names={data?.names} />
      </section>
      <section class="section card" aria-labelledby="others-title">
        <h2 id="others-title">In other dictionaries</h2>
        <OtherClusters
          others={found.elsewhere}
          run={run}
          name={name}
          width={found.width}
          hasCluster={chosenBy === "cluster"}
          address={(other) => {
            const served = readRunDictionaries(run).value.find((known) => known.name === other);
            return served && analysisAddress(served.id, "ultralow");
          }}
        />
      </section>
      {history.length > 0 && (
        <section class="section card" aria-labelledby="past-title">
          <h2 id="past-title">How they came to be</h2>
          <UltralowPast found={found} />
        </section>
      )}
      <section class="section card" aria-labelledby="members-title">
        <h2 id="members-title">
          {formatCount(members.features)} features{" "}
          {chosenBy === "cluster" ? "of the ultralow cluster" : "below density 1e-4"}
        </h2>
        <UltralowTable found={found} dictionary={{ id, data }} />
      </section>
    </>
  );
}

function Directions({ found }: { readonly found: Ultralow }) {
  const { member, toDirection } = found.features;
  return (
    <ComparedHistogram
      title="Encoder rows and the mean of the rare ones"
      xLabel="cosine with their direction"
      bars={{ name: nameMembers(found), values: toDirection.filter((_, index) => member[index] === 1) }}
      outline={{ name: "others", values: toDirection.filter((_, index) => member[index] === 0) }}
      edges={Array.from({ length: 41 }, (_, index) => index / 20 - 1)}
      ticks={[-1, -0.5, 0, 0.5, 1]}
      format={(value) => String(Number(value.toFixed(2)))}
    />
  );
}
