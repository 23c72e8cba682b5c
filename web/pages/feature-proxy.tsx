import { ProxyPanel } from "../components/feature/proxy-panel.tsx";
import type { PanelFrame } from "../components/panel.tsx";
import type { DictionaryData } from "../data/dictionary-data.ts";
import { findProfiles, loadProfiles } from "../data/specificity-data.ts";
import { useResource } from "../data/use-resource.ts";
import { pageLocation, setQuery } from "../location-state.ts";

/** The proxies that a feature came near, where specificity was measured; nothing where it was not or it came near none. */
export function FeatureProxy(props: {
  readonly data: DictionaryData;
  readonly feature: number;
  readonly frame: PanelFrame;
}) {
  const { id } = props.data.summary;
  const resource = useResource(id, () => loadProfiles(id));
  const found = findProfiles(resource.value ?? [], props.feature);
  if (found.length === 0) return null;
  const asked = pageLocation.value.query.get("proxy");
  return (
    <ProxyPanel
      found={found}
      chosen={found.find(({ proxy }) => proxy.proxy === asked) ?? found[0]!}
      address={(proxy) => `/d/${id}/specificity?proxy=${proxy}`}
      frame={props.frame}
      onChoose={(proxy) => setQuery({ proxy })}
    />
  );
}
