import { useState } from "preact/hooks";
import type { FeatureRecord } from "../../src/features/feature-record.ts";
import { ContentNotice } from "../components/content-notice.tsx";
import { FeatureHeader } from "../components/feature/feature-header.tsx";
import { FeaturePanels } from "../components/feature-panels.tsx";
import { LoadState } from "../components/load-state.tsx";
import { PackNotice } from "../components/pack-notice.tsx";
import { HiddenPanels, type PanelFrame } from "../components/panel.tsx";
import { ProvenanceDialog } from "../components/provenance-dialog.tsx";
import { saveAnnotation } from "../data/annotations.ts";
import { type DictionaryData, loadDictionary, loadRecord } from "../data/dictionary-data.ts";
import { parseFeatureView } from "../data/feature-view.ts";
import { sayFailure } from "../data/notice.ts";
import { parsePanels, renderPanels } from "../data/panels.ts";
import { readRunDictionaries } from "../data/run-dictionaries.ts";
import { readSession } from "../data/session.ts";
import { addressFeature, addressVersion } from "../data/share-feature.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { pageLocation, setQuery, shareAddress, withQuery } from "../location-state.ts";
import { FeatureLabel, FeaturePages, FeatureTools } from "./feature-parts.tsx";

/** One feature: where it fires, how strongly, and what it does. */
export function FeaturePage(props: { readonly dictionary: string; readonly feature: number }) {
  const { dictionary, feature } = props;
  useTitle(`Feature ${feature} of ${dictionary}`);
  const [explained, setExplained] = useState(false);
  const resource = useResource(`${dictionary} ${feature}`, async (signal) => {
    const data = await loadDictionary(dictionary, signal);
    return { data, record: await loadRecord(data, feature) };
  });
  const data = resource.value?.data;
  const record = resource.value?.record;
  const isHere = record?.index === feature;
  const embedded = pageLocation.value.query.get("embed") === "1";
  return (
    <>
      <FeatureHeader
        feature={feature}
        record={isHere ? record : undefined}
        tokens={data?.pack.tokens}
        label={data !== undefined && <FeatureLabel data={data} feature={feature} />}
        pager={data !== undefined && !embedded && <FeaturePages data={data} feature={feature} />}
      >
        {data !== undefined && !embedded && (
          <FeatureTools data={data} feature={feature} onExplain={() => setExplained(true)} />
        )}
      </FeatureHeader>
      <LoadState resource={resource} what="the feature" />
      {data !== undefined && <PackNotice pack={data.pack} />}
      {data !== undefined && (
        <ProvenanceDialog
          pack={data.pack}
          run={data.summary.run}
          open={explained}
          onClose={() => setExplained(false)}
        />
      )}
      {data !== undefined && record !== undefined && (
        <div class={isHere ? "" : "stale"}>
          <ContentNotice />
          <Panels data={data} record={record} />
        </div>
      )}
    </>
  );
}

function Panels({ data, record }: { readonly data: DictionaryData; readonly record: FeatureRecord }) {
  const { query } = pageLocation.value;
  const { id, run } = data.summary;
  const shown = parsePanels(query);
  const neurons = readRunDictionaries(run).value.find(({ name, pack }) => name === "neurons" && pack !== null);
  const frame: PanelFrame = {
    file: (panel) => `${id}-feature-${record.index}-${panel}`,
    link: (panel) => {
      const alone = new URLSearchParams(query);
      alone.set("panels", panel);
      return shareAddress(addressVersion(id, data.pack.dictionarySha256, record.index, alone));
    },
    onHide: (panel) => setQuery({ panels: renderPanels(new Set([...shown].filter((name) => name !== panel))) }),
  };
  return (
    <>
      <HiddenPanels shown={shown} onShowAll={() => setQuery({ panels: "" })} />
      <FeaturePanels
        key={record.index}
        data={data}
        record={record}
        view={parseFeatureView(query)}
        shown={shown}
        frame={frame}
        writable={readSession().value.writable}
        addresses={{
          feature: (feature) => addressFeature(id, feature, query),
          neuron: neurons && ((neuron) => `/d/${neurons.id}/f/${neuron}`),
          explore: (text) => withQuery(`/d/${id}/prompt`, new URLSearchParams({ t: text })),
        }}
        onView={setQuery}
        onSave={(change) => saveAnnotation(id, record.index, change).catch(sayFailure)}
      />
    </>
  );
}
