import type { ProxyFinding, ProxyProfiles, Specificity } from "../../src/analysis/specificity.ts";
import type { DictionaryDetails } from "../../src/server/api.ts";
import { ChoiceGroup } from "../components/choice-group.tsx";
import { CopyLine } from "../components/copy-line.tsx";
import { LoadState } from "../components/load-state.tsx";
import { ProxyTable } from "../components/proxy-table.tsx";
import { PinningNote } from "../components/specificity/pinning-note.tsx";
import { ProfilePlots } from "../components/specificity/profile-plots.tsx";
import { ProfileTable } from "../components/specificity/profile-table.tsx";
import { fetchJson } from "../data/fetch-data.ts";
import { readRunDictionaries } from "../data/run-dictionaries.ts";
import { loadProfiles } from "../data/specificity-data.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { pageLocation, setQuery } from "../location-state.ts";
import { SpecificityExamplesPart } from "./specificity-examples.tsx";

/** How specific a dictionary's features are: what stands for each proxy, and the activations of what came near one of them. */
export function SpecificityPage({ dictionary }: { readonly dictionary: string }) {
  useTitle(`Specificity of ${dictionary}`);
  const resource = useResource(dictionary, async (signal) => ({
    details: await fetchJson<DictionaryDetails>(`/api/d/${dictionary}`, signal),
    profiles: await loadProfiles(dictionary),
  }));
  const details = resource.value?.details;
  return (
    <>
      <div class="page-head">
        <h1>What features stand for</h1>
        <p class="note">
          Scripts, kinds of text and other proxies that can be decided for each token without a person, and what
          predicts them.
        </p>
      </div>
      <LoadState resource={resource} what="the specificity" />
      {details?.specificity === null && (
        <section class="section card">
          <p class="note">Not measured yet for this dictionary:</p>
          <CopyLine
            what="Command"
            text={`monosem analyse specificity --run ${details.run} --dictionary ${details.name}`}
          />
        </section>
      )}
      {details?.specificity != null && <Measured details={details} profiles={resource.value!.profiles} />}
    </>
  );
}

function Measured(props: { readonly details: DictionaryDetails; readonly profiles: readonly ProxyProfiles[] }) {
  const { details, profiles } = props;
  const specificity = details.specificity!;
  const neurons = readRunDictionaries(details.run).value.find(({ name, pack }) => name === "neurons" && pack !== null);
  const neuronAddress = neurons && ((neuron: number) => `/d/${neurons.id}/f/${neuron}`);
  const asked = pageLocation.value.query.get("proxy");
  const chosen = profiles.find(({ proxy }) => proxy === asked) ?? profiles[0];
  return (
    <>
      <section class="section card" aria-label="Proxies">
        <ProxyTable
          dictionary={details.id}
          specificity={specificity}
          findings={specificity.findings}
          neuronAddress={neuronAddress}
        />
      </section>
      {chosen !== undefined && (
        <Chosen
          proxy={chosen}
          details={details}
          specificity={specificity}
          address={{ features: (index) => `/d/${details.id}/f/${index}?proxy=${chosen.proxy}`, neurons: neuronAddress }}
        />
      )}
    </>
  );
}

/** The index that the table above names. */
function findBest(finding: ProxyFinding | undefined, of: "features" | "neurons"): number | undefined {
  if (finding?.kind !== "searched") return undefined;
  return of === "features" ? finding.feature.byF1?.index : finding.neuron.byF1WithThreshold?.index;
}

function Chosen(props: {
  readonly proxy: ProxyProfiles;
  readonly details: DictionaryDetails;
  readonly specificity: Specificity;
  readonly address: Readonly<Record<"features" | "neurons", ((index: number) => string) | undefined>>;
}) {
  const { proxy, details, specificity } = props;
  const { query } = pageLocation.value;
  const of = query.get("of") === "neurons" ? "neurons" : "features";
  const list = proxy[of];
  const finding = specificity.findings.find((one) => one.proxy === proxy.proxy);
  const profile =
    list.find(({ index }) => String(index) === query.get("i")) ??
    list.find(({ index }) => index === findBest(finding, of)) ??
    list[0];
  const pinned = specificity.pinning?.effects.find((effect) => effect.proxy === proxy.proxy);
  return (
    <section class="section card" aria-labelledby="chosen-proxy">
      <h2 id="chosen-proxy">{proxy.title}</h2>
      <p class="note">{finding?.rule}; over all tokens, those by which features were chosen included.</p>
      <ChoiceGroup
        legend="Show"
        name="of"
        choices={{ features: "features", neurons: "neurons" }}
        value={of}
        onChange={(side) => setQuery({ proxy: proxy.proxy, of: side === "features" ? "" : side, i: "" })}
      />
      {profile === undefined ? (
        <p class="pending">None fires on it.</p>
      ) : (
        <div class="columns">
          <ProfileTable
            of={of}
            profiles={list}
            chosen={profile.index}
            address={props.address[of]}
            onChoose={(index) => setQuery({ proxy: proxy.proxy, i: String(index) })}
          />
          <ProfilePlots found={{ proxy, profile }} />
        </div>
      )}
      {specificity.pinning !== undefined && pinned !== undefined && (
        <PinningNote pinning={specificity.pinning} pinned={pinned} title={proxy.title} />
      )}
      {profile !== undefined && of === "features" && (
        <SpecificityExamplesPart dictionary={details.id} run={details.run} found={{ proxy, profile }} />
      )}
    </section>
  );
}
