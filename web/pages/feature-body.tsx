import type { FeatureRecord } from "../../src/features/feature-record.ts";
import type { ComparedPair } from "../../src/server/api.ts";
import { ContentNotice } from "../components/content-notice.tsx";
import { FeaturePanels, type LivePanels } from "../components/feature-panels.tsx";
import { HiddenPanels, type PanelFrame } from "../components/panel.tsx";
import { saveAnnotation } from "../data/annotations.ts";
import type { DictionaryData } from "../data/dictionary-data.ts";
import { parseFeatureView } from "../data/feature-view.ts";
import { type PanelName, parsePanels, renderPanels } from "../data/panels.ts";
import { readRunDictionaries } from "../data/run-dictionaries.ts";
import { readSession } from "../data/session.ts";
import { addressFeature, addressVersion } from "../data/share-feature.ts";
import { type GroupsHook, useWindows } from "../data/shown-groups.ts";
import { useKin } from "../data/use-kin.ts";
import { useMatches } from "../data/use-matches.ts";
import { isCopy, isEmbedded, pageLocation, setQuery, shareAddress, withQuery } from "../location-state.ts";

const NOT_COMPARED: readonly ComparedPair[] = [];

/** All panels of a feature, as the address wants them shown; `live` are those that compute, where there is something to compute with. */
export function FeatureBody(props: {
  readonly data: DictionaryData;
  readonly record: FeatureRecord;
  readonly useGroups?: GroupsHook;
  readonly live?: (frame: PanelFrame, shown: ReadonlySet<PanelName>) => LivePanels;
}) {
  const { data, record } = props;
  const { query } = pageLocation.value;
  const { id, run } = data.summary;
  const shown = parsePanels(query);
  const elsewhere = useMatches(id, data.summary.comparisons ?? NOT_COMPARED, record.index);
  const neurons = readRunDictionaries(run).value.find(({ name, pack }) => name === "neurons" && pack !== null);
  const computes = props.live !== undefined && readSession().value.live !== "none";
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
      <ContentNotice />
      {data.summary.packWarning != null && <p class="banner warning">{data.summary.packWarning}</p>}
      <HiddenPanels shown={shown} onShowAll={() => setQuery({ panels: "" })} />
      <FeaturePanels
        data={data}
        record={record}
        live={props.live?.(frame, shown)}
        useGroups={props.useGroups ?? useWindows}
        offered={{ full: computes && !isCopy, logit: computes && record.logits !== null }}
        view={parseFeatureView(query)}
        shown={shown}
        frame={frame}
        writable={readSession().value.writable && !isEmbedded.value}
        elsewhere={elsewhere}
        kin={useKin(data, record.index)}
        addresses={{
          feature: (feature) => addressFeature(id, feature, query),
          neuron: neurons && ((neuron) => `/d/${neurons.id}/f/${neuron}`),
          explore: (text) => withQuery(`/d/${id}/prompt`, new URLSearchParams({ t: text })),
        }}
        onView={setQuery}
        onSave={(change) => saveAnnotation(id, record.index, change)}
      />
    </>
  );
}
