import { useState } from "preact/hooks";
import type { DocumentItem, FeatureDocument } from "../../src/site/feature-document.ts";
import { FeatureHeader } from "../components/feature/feature-header.tsx";
import { LoadState } from "../components/load-state.tsx";
import { NoticeLine } from "../components/notice-line.tsx";
import { PackNotice } from "../components/pack-notice.tsx";
import { ProvenanceDialog } from "../components/provenance-dialog.tsx";
import { SafeText } from "../components/safe-text.tsx";
import { readAnnotations } from "../data/annotations.ts";
import { loadDictionary, loadRecord } from "../data/dictionary-data.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { route } from "../location-state.ts";
import { FeatureBody } from "../pages/feature-body.tsx";
import { FeatureProxy } from "../pages/feature-proxy.tsx";
import { DocumentHeader } from "./document-header.tsx";

/** The features of a file: the one of the address, or the first, and links to the others. */
export function DocumentPage({ shown }: { readonly shown: FeatureDocument }) {
  const item = chooseItem(shown);
  const { dictionary, feature } = item;
  useTitle(`Feature ${feature} of ${dictionary}`);
  const [explained, setExplained] = useState(false);
  const resource = useResource(`${dictionary} ${feature}`, async (signal) => {
    const data = await loadDictionary(dictionary, signal);
    return { data, record: await loadRecord(data, feature) };
  });
  const value = resource.value?.record.index === feature ? resource.value : undefined;
  const { data, record } = value ?? {};
  return (
    <>
      <DocumentHeader shown={shown} current={item} />
      <main id="main" tabIndex={-1}>
        <FeatureHeader
          feature={feature}
          record={record}
          tokens={data?.pack.tokens}
          label={data !== undefined && <SafeText text={readLabel(data.summary.id, feature)} />}
          pager={<span class="note">{dictionary}</span>}
        >
          <button type="button" class="link-button" onClick={() => setExplained(true)}>
            How was this computed?
          </button>
        </FeatureHeader>
        {item.note !== "" && (
          <p class="note">
            <SafeText text={item.note} />
          </p>
        )}
        <LoadState resource={resource} what="the feature" />
        {value !== undefined && <Contents {...value} explained={explained} onClose={() => setExplained(false)} />}
      </main>
      <NoticeLine />
    </>
  );
}

function readLabel(dictionary: string, feature: number): string {
  return readAnnotations(dictionary).value.byFeature.get(feature)?.label ?? "";
}

function Contents(
  props: Parameters<typeof FeatureBody>[0] & { readonly explained: boolean; readonly onClose: () => void },
) {
  const { data, record } = props;
  return (
    <>
      <PackNotice pack={data.pack} />
      <ProvenanceDialog pack={data.pack} run={data.summary.run} open={props.explained} onClose={props.onClose} />
      <FeatureBody
        {...props}
        live={(frame, shown) => ({
          side: shown.has("proxy") && <FeatureProxy data={data} feature={record.index} frame={frame} />,
          above: null,
          below: null,
        })}
      />
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
