import type { Signal } from "@preact/signals";
import { type FeatureRecord, INTERVALS } from "../../../src/features/feature-record.ts";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import { leaveSheet, showGroup } from "../../data/example-focus.ts";
import { tabulateExamples } from "../../data/feature-tables.ts";
import type { FeatureView } from "../../data/feature-view.ts";
import type { Inspection } from "../../data/inspection.ts";
import type { GroupsHook } from "../../data/shown-groups.ts";
import { type KeyMap, useKeys } from "../../data/use-keys.ts";
import { LiveState } from "../live/live-state.tsx";
import { LoadState } from "../load-state.tsx";
import { Panel, type PanelFrame } from "../panel.tsx";
import {
  ExampleControls,
  ExampleLegend,
  GroupNav,
  listEffects,
  listLayouts,
  type OfferedViews,
} from "./example-controls.tsx";
import { ExampleList } from "./example-list.tsx";
import { Inspector } from "./inspector.tsx";

/** What the panel of examples needs. */
export interface ExamplesPanelProps {
  readonly record: FeatureRecord;
  readonly data: DictionaryData;
  readonly offered: OfferedViews;
  readonly useGroups: GroupsHook;
  readonly view: FeatureView;
  readonly frame: PanelFrame;
  /** What someone points at, which other panels follow. */
  readonly inspection: Signal<Inspection | undefined>;
  readonly explore: (text: string) => string;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}

/** Where a feature fires: its strongest examples, some from each interval of activation, and where it is silent. */
export function ExamplesPanel(props: ExamplesPanelProps) {
  const { record, data, offered, inspection, useGroups, onChange } = props;
  const { names } = data;
  const view = restrictView(props.view, offered);
  const measure = view.effects === "logit" ? "logit" : "loss";
  const { groups, texts, contexts, weights } = useGroups(data, record, view);
  const goTo = (name: string) => {
    showGroup(name);
    onChange({ iv: /^interval-(\d+)$/.exec(name)?.[1] ?? "" });
  };
  useKeys(createKeys(view, offered, goTo, onChange));
  return (
    <Panel
      name="acts"
      frame={props.frame}
      data={() => ({ table: tabulateExamples(groups, names, measure), json: { window: record.window, groups } })}
    >
      <ExampleControls view={view} offered={offered} onChange={onChange} />
      <GroupNav groups={groups} onGo={goTo} />
      <ExampleLegend effects={view.effects} />
      {texts !== undefined && view.layout === "full" && <LoadState resource={texts} what="the whole contexts" />}
      {contexts !== undefined && <LiveState answer={contexts} what="the feature on whole contexts" />}
      {weights !== undefined && <LiveState answer={weights} what="the feature's effect on logits" />}
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
        measure={measure}
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

/** What an address asks for and cannot be had here is the nearest that can. */
function restrictView(view: FeatureView, offered: OfferedViews): FeatureView {
  return {
    ...view,
    layout: view.layout === "full" && !offered.full ? "snippet" : view.layout,
    effects: view.effects === "logit" && !offered.logit ? "loss" : view.effects,
  };
}

/** The choice after this one, the first after the last; as an address has it. */
function nextChoice<T extends string>(choices: Readonly<Partial<Record<T, string>>>, value: T): string {
  const names = Object.keys(choices);
  const next = (names.indexOf(value) + 1) % names.length;
  return next === 0 ? "" : names[next]!;
}

function createKeys(
  view: FeatureView,
  offered: OfferedViews,
  goTo: (name: string) => void,
  onChange: ExamplesPanelProps["onChange"],
): KeyMap {
  const intervals = Array.from({ length: INTERVALS - 1 }, (_, index): [string, () => void] => [
    String((index + 1) % 10),
    () => goTo(`interval-${index + 1}`),
  ]);
  return {
    ...Object.fromEntries(intervals),
    c: () => onChange({ ctx: nextChoice(listLayouts(offered), view.layout), ex: "", tok: "" }),
    n: () => onChange(view.lineBreaks ? { br: "" } : { br: "1", ctx: view.layout === "full" ? "full" : "snippet" }),
    e: () => onChange({ eff: nextChoice(listEffects(offered), view.effects) }),
  };
}
