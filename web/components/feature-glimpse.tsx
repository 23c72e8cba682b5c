import { useEffect, useState } from "preact/hooks";
import type { FeatureRecord } from "../../src/features/feature-record.ts";
import { type DictionaryData, loadRecord } from "../data/dictionary-data.ts";
import { parseFeatureView } from "../data/feature-view.ts";
import { ExampleLine } from "./feature/example-line.tsx";

const VIEW = parseFeatureView(new URLSearchParams("ctx=snippet&eff=none"));

/** The strongest examples of a feature, nothing until they are here. */
export function FeatureGlimpse(props: {
  readonly data: DictionaryData;
  readonly feature: number;
  readonly count: number;
}) {
  const { data, feature } = props;
  const [record, setRecord] = useState<FeatureRecord>();
  useEffect(() => {
    let stays = true;
    loadRecord(data, feature).then(
      (loaded) => stays && setRecord(loaded),
      () => undefined,
    );
    return () => {
      stays = false;
    };
  }, [data, feature]);
  const top = record?.groups.find(({ kind }) => kind === "top")?.examples.slice(0, props.count) ?? [];
  return (
    <ol class="glimpse">
      {top.map((example, number) => (
        <ExampleLine
          key={`${example.context}-${example.position}`}
          example={example}
          number={number}
          maximum={record!.maximum}
          names={data.names}
          view={VIEW}
          pinned={undefined}
        />
      ))}
    </ol>
  );
}
