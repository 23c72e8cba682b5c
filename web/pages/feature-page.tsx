import { useMemo, useState } from "preact/hooks";
import { FeatureHeader } from "../components/feature/feature-header.tsx";
import { SteerStrip } from "../components/live/steer-strip.tsx";
import { TryText } from "../components/live/try-text.tsx";
import { LoadState } from "../components/load-state.tsx";
import { PackNotice } from "../components/pack-notice.tsx";
import { ProvenanceDialog } from "../components/provenance-dialog.tsx";
import { type FeatureData, loadFeature, peekFeature } from "../data/dictionary-data.ts";
import { RuleContext } from "../data/rule-context.ts";
import { useExampleRule } from "../data/use-example-rule.ts";
import { useResource } from "../data/use-resource.ts";
import { useShownGroups } from "../data/use-shown-groups.ts";
import { useTitle } from "../data/use-title.ts";
import { isEmbedded, pageLocation } from "../location-state.ts";
import { FeatureBody } from "./feature-body.tsx";
import { FeatureLabel, FeaturePages, FeatureTools } from "./feature-parts.tsx";
import { FeatureProxy } from "./feature-proxy.tsx";
import { FeatureRule } from "./feature-rule.tsx";

/** One feature: where it fires, how strongly, and what it does. */
export function FeaturePage(props: { readonly dictionary: string; readonly feature: number }) {
  const { dictionary, feature } = props;
  useTitle(`Feature ${feature} of ${dictionary}`);
  const [explained, setExplained] = useState(false);
  const resource = useResource(
    `${dictionary} ${feature}`,
    (signal) => loadFeature(dictionary, feature, signal),
    () => peekFeature(dictionary, feature),
  );
  const data = resource.value?.data;
  const record = resource.value?.record;
  const isHere = record?.index === feature;
  const body = useMemo(() => data && record && renderBody({ data, record }), [data, record]);
  const rule = useExampleRule(pageLocation.value.query, isHere ? resource.value : undefined);
  const embedded = isEmbedded.value;
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
      {body !== undefined && (isHere || resource.error === undefined) && (
        <RuleContext.Provider value={rule}>
          <div class={isHere ? "" : "stale"}>{body}</div>
        </RuleContext.Provider>
      )}
    </>
  );
}

function renderBody({ data, record }: FeatureData) {
  return (
    <FeatureBody
      data={data}
      record={record}
      useGroups={useShownGroups}
      live={(frame, shown) => ({
        side: (
          <>
            {shown.has("proxy") && data.summary.specificity != null && (
              <FeatureProxy data={data} feature={record.index} frame={frame} />
            )}
            {shown.has("rule") && record.groups.length > 0 && <FeatureRule data={data} record={record} frame={frame} />}
          </>
        ),
        above: shown.has("try") && <TryText data={data} record={record} frame={frame} />,
        below: shown.has("steer") && record.maximum > 0 && (
          <SteerStrip key={record.index} data={data} record={record} frame={frame} />
        ),
      })}
    />
  );
}
