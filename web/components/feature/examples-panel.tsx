import type { Signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { type FeatureRecord, INTERVALS } from "../../../src/features/feature-record.ts";
import { leaveSheet, showGroup } from "../../data/example-focus.ts";
import { listShownGroups } from "../../data/example-groups.ts";
import { tabulateExamples } from "../../data/feature-tables.ts";
import type { FeatureView } from "../../data/feature-view.ts";
import type { Inspection } from "../../data/inspection.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { type KeyMap, useKeys } from "../../data/use-keys.ts";
import { Panel, type PanelFrame } from "../panel.tsx";
import { ExampleControls, ExampleLegend, GroupNav } from "./example-controls.tsx";
import { ExampleList } from "./example-list.tsx";
import { Inspector } from "./inspector.tsx";

/** What the panel of examples needs. */
export interface ExamplesPanelProps {
  readonly record: FeatureRecord;
  /** Tokens that were searched. */
  readonly tokens: number;
  readonly names: TokenNames;
  readonly view: FeatureView;
  readonly frame: PanelFrame;
  /** What someone points at, which other panels follow. */
  readonly inspection: Signal<Inspection | undefined>;
  readonly explore: (text: string) => string;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}

/** Where a feature fires: its strongest examples, some from each interval of activation, and where it is silent. */
export function ExamplesPanel(props: ExamplesPanelProps) {
  const { record, view, names, inspection, onChange } = props;
  const groups = useMemo(() => listShownGroups(record, props.tokens), [record, props.tokens]);
  const goTo = (name: string) => {
    showGroup(name);
    onChange({ iv: /^interval-(\d+)$/.exec(name)?.[1] ?? "" });
  };
  useKeys(createKeys(view, goTo, onChange));
  return (
    <Panel
      name="acts"
      frame={props.frame}
      data={() => ({ table: tabulateExamples(groups, names), json: { window: record.window, groups } })}
    >
      <ExampleControls view={view} onChange={onChange} />
      <GroupNav groups={groups} onGo={goTo} />
      <ExampleLegend effects={view.effects} />
      <ExampleList
        record={record}
        groups={groups}
        names={names}
        view={view}
        inspection={inspection}
        onChange={onChange}
      />
      <Inspector
        inspection={inspection}
        maximum={record.maximum}
        names={names}
        explore={props.explore}
        onClose={() => {
          leaveSheet(groups.find(({ examples }) => examples.includes(inspection.value!.example))?.name);
          inspection.value = undefined;
          onChange({ ex: "", tok: "" });
        }}
      />
    </Panel>
  );
}

function createKeys(view: FeatureView, goTo: (name: string) => void, onChange: ExamplesPanelProps["onChange"]): KeyMap {
  const intervals = Array.from({ length: INTERVALS - 1 }, (_, index): [string, () => void] => [
    String((index + 1) % 10),
    () => goTo(`interval-${index + 1}`),
  ]);
  return {
    ...Object.fromEntries(intervals),
    c: () => onChange({ ctx: view.layout === "stack" ? "snippet" : "" }),
    n: () => onChange(view.lineBreaks ? { br: "" } : { br: "1", ctx: "snippet" }),
    e: () => onChange({ eff: view.effects ? "none" : "" }),
  };
}
