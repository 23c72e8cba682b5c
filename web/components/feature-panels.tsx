import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { FeatureRecord } from "../../src/features/feature-record.ts";
import type { AnnotationChange } from "../../src/server/api.ts";
import { readAnnotations } from "../data/annotations.ts";
import type { DictionaryData } from "../data/dictionary-data.ts";
import { measureMedians } from "../data/explanation-medians.ts";
import type { FeatureView } from "../data/feature-view.ts";
import type { Inspection } from "../data/inspection.ts";
import type { PanelName } from "../data/panels.ts";
import type { GroupsHook } from "../data/shown-groups.ts";
import type { FeatureKin } from "../data/use-kin.ts";
import type { MatchElsewhere } from "../data/use-matches.ts";
import { analysisAddress } from "../route.ts";
import { ActivationPanel } from "./feature/activation-panel.tsx";
import { EffectPanel } from "./feature/effect-panel.tsx";
import { ElsewherePanel } from "./feature/elsewhere-panel.tsx";
import type { OfferedViews } from "./feature/example-controls.tsx";
import { ExamplesPanel } from "./feature/examples-panel.tsx";
import { LogitPanel } from "./feature/logit-panel.tsx";
import { NeighbourPanel } from "./feature/neighbour-panel.tsx";
import { NeuronPanel } from "./feature/neuron-panel.tsx";
import { NotesPanel } from "./feature/notes-panel.tsx";
import { ScoredExamples } from "./feature/scored-examples.tsx";
import { ShapePanel } from "./feature/shape-panel.tsx";
import { SplittingPanel } from "./feature/splitting-panel.tsx";
import { Later } from "./later.tsx";
import type { PanelFrame } from "./panel.tsx";

/** The panels that ask for more than the record: beside the histogram, and those that compute on texts above the examples and below. */
export interface LivePanels {
  readonly side: ComponentChildren;
  readonly above: ComponentChildren;
  readonly below: ComponentChildren;
}

/** What the panels of a feature's page need. */
export interface FeaturePanelsProps {
  readonly data: DictionaryData;
  readonly record: FeatureRecord;
  readonly view: FeatureView;
  readonly shown: ReadonlySet<PanelName>;
  readonly frame: PanelFrame;
  readonly writable: boolean;
  /** The feature's best match in each dictionary that its own was compared with. */
  readonly elsewhere: readonly MatchElsewhere[];
  /** Its place among the sizes of its run, where that was found. */
  readonly kin?: FeatureKin | undefined;
  /** What computes on texts; nothing in a copy without the model. */
  readonly live?: LivePanels | undefined;
  /** What can be computed of examples. */
  readonly offered: OfferedViews;
  readonly useGroups: GroupsHook;
  readonly addresses: {
    readonly feature: (feature: number) => string;
    readonly neuron: ((neuron: number) => string) | undefined;
    readonly explore: (text: string) => string;
  };
  readonly onView: (changes: Readonly<Record<string, string>>) => void;
  readonly onSave: (change: AnnotationChange) => Promise<void>;
}

/** The panels of the wide column. */
const MAIN_PANELS: ReadonlySet<PanelName> = new Set(["try", "acts", "steer", "notes"]);

/** All that is known about one feature: figures on one side, text on the other. */
export function FeaturePanels(props: FeaturePanelsProps) {
  const inspection = useSignal<Inspection | undefined>(undefined);
  const { record, shown } = props;
  const sides = [...shown].some((name) => !MAIN_PANELS.has(name));
  const main = [...shown].some((name) => MAIN_PANELS.has(name));
  return (
    <div class={`feature-panels ${sides && main ? "" : "single"}`}>
      {sides && <Figures {...props} inspection={inspection} />}
      {main && (
        <div class="feature-main">
          {props.live?.above}
          {shown.has("acts") &&
            (record.groups.length > 0 ? (
              <ExamplesPanel
                record={record}
                data={props.data}
                offered={props.offered}
                useGroups={props.useGroups}
                view={props.view}
                frame={props.frame}
                inspection={inspection}
                explore={props.addresses.explore}
                onChange={props.onView}
              />
            ) : (
              <p class="card pending">There are no examples: the feature fired on none of the text searched.</p>
            ))}
          <Later>
            {props.live?.below}
            {shown.has("notes") && <Notes {...props} />}
          </Later>
        </div>
      )}
    </div>
  );
}

function Figures(
  props: FeaturePanelsProps & { readonly inspection: ReturnType<typeof useSignal<Inspection | undefined>> },
) {
  const { data, record, shown, frame } = props;
  const fired = record.firings > 0;
  return (
    <div class="feature-side">
      {shown.has("hist") && fired && (
        <ActivationPanel
          record={record}
          tokens={data.pack.tokens}
          view={props.view}
          frame={frame}
          inspection={props.inspection}
          onChange={props.onView}
        />
      )}
      {props.live?.side}
      {shown.has("logits") && record.logits !== null && (
        <LogitPanel record={record} logits={record.logits} names={data.names} frame={frame} />
      )}
      <Later>
        <LowerFigures {...props} />
      </Later>
    </div>
  );
}

/** The figures that stand below the screen's edge on most screens. */
function LowerFigures({ data, record, shown, frame, addresses, elsewhere, kin }: FeaturePanelsProps) {
  const { pack } = data;
  return (
    <>
      {shown.has("effect") && record.ablation !== null && (
        <EffectPanel
          record={record}
          ablation={record.ablation}
          tokens={pack.tokens}
          kind={pack.ablation}
          frame={frame}
        />
      )}
      {shown.has("neighbours") && record.correlatedFeatures.length + record.nearestFeatures.length > 0 && (
        <NeighbourPanel record={record} data={data} frame={frame} address={addresses.feature} />
      )}
      {shown.has("elsewhere") && elsewhere.length > 0 && <ElsewherePanel matches={elsewhere} frame={frame} />}
      {shown.has("splitting") && kin !== undefined && <SplittingPanel kin={kin} frame={frame} />}
      {shown.has("neurons") && record.neurons.length > 0 && (
        <NeuronPanel
          record={record}
          frame={frame}
          correlationTokens={pack.correlationTokens}
          address={addresses.neuron}
        />
      )}
      {shown.has("moments") && <ShapePanel record={record} frame={frame} basis={addressBasis(data)} />}
    </>
  );
}

/** Where all directions stand beside this one, once they were measured. */
function addressBasis({ summary }: DictionaryData): string | undefined {
  return summary.analyses?.includes("neuron-basis") ? analysisAddress(summary.id, "neuron-basis") : undefined;
}

function Notes({ data, record, writable, frame, onSave }: FeaturePanelsProps) {
  const annotations = readAnnotations(data.summary.id).value;
  return (
    <NotesPanel
      key={record.index}
      annotation={annotations.byFeature.get(record.index)}
      explanations={annotations.explanations.get(record.index) ?? []}
      medians={measureMedians(annotations.explanations)}
      scored={(explanation) =>
        !explanation.stale && (
          <ScoredExamples
            dictionary={data.summary.id}
            feature={record.index}
            method={explanation.method}
            names={data.names}
            weights={data.pack.dictionarySha256}
          />
        )
      }
      writable={writable}
      frame={frame}
      onSave={onSave}
    />
  );
}
