import type { DocumentItem, FeatureDocument } from "../../src/site/feature-document.ts";
import { FeatureHeader } from "../components/feature-header.tsx";
import { FeaturePanels } from "../components/feature-panels.tsx";
import { LoadState } from "../components/load-state.tsx";
import { PackNotice } from "../components/pack-notice.tsx";
import { loadDictionary, loadRecord } from "../data/dictionary-data.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { route } from "../location-state.ts";
import { DocumentHeader } from "./document-header.tsx";

/** The features of a file: the one of the address, or the first, and links to the others. */
export function DocumentPage({ shown }: { readonly shown: FeatureDocument }) {
  const item = chooseItem(shown);
  const { dictionary, feature } = item;
  useTitle(`Feature ${feature} of ${dictionary}`);
  const resource = useResource(`${dictionary} ${feature}`, async (signal) => {
    const data = await loadDictionary(dictionary, signal);
    return { data, record: await loadRecord(data, feature) };
  });
  const value = resource.value?.record.index === feature ? resource.value : undefined;
  return (
    <>
      <DocumentHeader shown={shown} current={item} />
      <main id="main" tabIndex={-1}>
        <FeatureHeader feature={feature} record={value?.record} tokens={value?.data.pack.tokens}>
          <span class="note">{dictionary}</span>
        </FeatureHeader>
        {item.note !== "" && <p class="note">{item.note}</p>}
        <LoadState resource={resource} what="the feature" />
        {value !== undefined && (
          <>
            <PackNotice pack={value.data.pack} />
            <FeaturePanels {...value} />
          </>
        )}
      </main>
    </>
  );
}

function chooseItem({ items }: FeatureDocument): DocumentItem {
  const page = route.value;
  const asked = items.find(
    ({ dictionary, feature }) => page.kind === "feature" && page.dictionary === dictionary && page.feature === feature,
  );
  return asked ?? items[0]!;
}
