import { Fragment } from "preact";
import type { ShownGroup } from "../../data/example-groups.ts";
import type { FeatureView } from "../../data/feature-view.ts";
import { blur } from "../../data/preferences.ts";
import { useMedia } from "../../data/use-media.ts";
import { Segments, Toggle } from "../segments.tsx";

/** What the page can compute of examples beyond what the pack has. */
export interface OfferedViews {
  readonly full: boolean;
  readonly logit: boolean;
}

/** A view of examples, and what to do when it is to change. */
export interface ExampleControlsProps {
  readonly view: FeatureView;
  readonly offered: OfferedViews;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}

/** What changes how examples are shown; all but the blur goes to the address. */
export function ExampleControls(props: ExampleControlsProps) {
  const narrow = useMedia("(max-width: 40rem)");
  if (!narrow) return <Controls {...props} />;
  return (
    <details class="view-options">
      <summary>View</summary>
      <Controls {...props} />
    </details>
  );
}

function Controls({ view, offered, onChange }: ExampleControlsProps) {
  return (
    <div class="example-controls">
      <Segments
        legend="Layout"
        name="ctx"
        choices={listLayouts(offered)}
        value={view.layout}
        onChoose={(layout) => onChange({ ctx: layout === "stack" ? "" : layout, ex: "", tok: "" })}
      />
      <Segments
        legend="Order within a group"
        name="by"
        choices={{ strength: "by strength", effect: "by effect" }}
        value={view.order}
        onChoose={(order) => onChange({ by: order === "effect" ? order : "" })}
      />
      <Segments
        legend="Lines below tokens: the feature's effect on"
        name="eff"
        choices={listEffects(offered)}
        value={view.effects}
        onChoose={(effects) => onChange({ eff: effects === "loss" ? "" : effects })}
      />
      <Toggle
        title="line breaks"
        hint="Break lines where the text does; only text that flows"
        checked={view.lineBreaks}
        onChange={(broken) =>
          onChange(broken ? { br: "1", ...(view.layout === "stack" ? { ctx: "snippet" } : {}) } : { br: "" })
        }
      />
      <Toggle
        title="fold repeats"
        hint="Show one of the examples that fire on the same tokens"
        checked={view.foldRepeats}
        onChange={(fold) => onChange({ rep: fold ? "fold" : "" })}
      />
      <Toggle
        title="blur"
        hint="Blur texts until one points at them"
        checked={blur.value === "on"}
        onChange={(blurred) => {
          blur.value = blurred ? "on" : "off";
        }}
      />
    </div>
  );
}

/** The layouts that can be had, in the order in which the key goes through them. */
export function listLayouts({ full }: OfferedViews): Partial<Record<FeatureView["layout"], string>> {
  return { stack: "aligned", snippet: "flowing", ...(full ? { full: "whole contexts" } : {}) };
}

/** The effects that can be had, in the order in which the key goes through them. */
export function listEffects({ logit }: OfferedViews): Partial<Record<FeatureView["effects"], string>> {
  return { loss: "loss effects", ...(logit ? { logit: "logit effects" } : {}), none: "none" };
}

/** The way to each group of examples. */
export function GroupNav(props: { readonly groups: readonly ShownGroup[]; readonly onGo: (name: string) => void }) {
  const firstInterval = props.groups.find(({ name }) => name.startsWith("interval-"));
  return (
    <nav class="group-nav" aria-label="Groups of examples">
      {props.groups.map((group) => (
        <Fragment key={group.name}>
          {group === firstInterval && <span class="note">intervals</span>}
          <button type="button" class="quiet-button" aria-label={group.title} onClick={() => props.onGo(group.name)}>
            {/^interval-(.*)/.exec(group.name)?.[1] ?? group.title}
          </button>
        </Fragment>
      ))}
    </nav>
  );
}

/** What shades and lines mean. */
export function ExampleLegend({ effects }: { readonly effects: FeatureView["effects"] }) {
  return (
    <p class="legend note">
      <span>
        activation <mark class="token shade-2">weak</mark>
        <mark class="token shade-6">{" to "}</mark>
        <mark class="token shade-10">strong</mark>
      </span>
      <span>
        the example's <span class="token centre">token</span>
      </span>
      {effects === "logit" && (
        <span>
          one token before, the feature <span class="token helped-2">raised</span> its logit or{" "}
          <span class="token hurt-2">lowered</span> it
        </span>
      )}
      {effects === "loss" && (
        <>
          <span>
            the feature <span class="token helped-1">helped</span> <span class="token helped-3">much</span> to predict
            it
          </span>
          <span>
            or <span class="token hurt-1">hurt</span> <span class="token hurt-3">much</span>
          </span>
        </>
      )}
    </p>
  );
}
