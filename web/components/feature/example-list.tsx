import type { Signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { FeatureRecord } from "../../../src/features/feature-record.ts";
import { findPlace, keepInSight, moveFocus, moveTabStop, showGroup } from "../../data/example-focus.ts";
import type { ShownGroup } from "../../data/example-groups.ts";
import type { FeatureView } from "../../data/feature-view.ts";
import { followInspection, type Inspection } from "../../data/inspection.ts";
import { blur } from "../../data/preferences.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { useMedia } from "../../data/use-media.ts";
import { ExampleGroup } from "./example-group.tsx";

/** All groups of examples; the token one points at, or goes to by key, is told to `inspection`. */
export function ExampleList(props: {
  readonly record: FeatureRecord;
  readonly groups: readonly ShownGroup[];
  readonly names: TokenNames;
  readonly view: FeatureView;
  readonly inspection: Signal<Inspection | undefined>;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}) {
  const { record, groups, view, names, inspection, onChange } = props;
  const list = useRef<HTMLDivElement>(null);
  // Where the figures are a sheet over the page, pointing does not open it: it could lie over what one points at.
  const narrow = useMedia("(max-width: 40rem)");
  // An address that points into the examples needs all that stands above the place.
  const isWhole = view.interval !== undefined || view.pinned !== undefined;
  useLayoutEffect(() => {
    if (view.interval !== undefined) showGroup(`interval-${view.interval}`);
    list.current?.querySelector(".token.pinned")?.scrollIntoView({ block: "center" });
    inspection.value = findPinned(groups, view);
  }, [record]);
  const before = useRef(groups);
  useLayoutEffect(() => {
    inspection.value = inspection.value && followInspection(inspection.value, before.current, groups);
    before.current = groups;
  }, [groups]);
  const inspect = (event: Event) => {
    const place = findPlace(event);
    const example = groups.find(({ name }) => name === place?.group)?.examples[place?.example ?? -1];
    if (place === undefined || example === undefined) return;
    inspection.value = { example, start: place.start, end: place.end };
    if (narrow) keepInSight(event);
  };
  const leave = () => {
    inspection.value = findPinned(groups, view);
  };
  const pin = (event: Event) => {
    const place = findPlace(event);
    if (place !== undefined) onChange({ ex: `${place.group}.${place.example}`, tok: String(place.start) });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the tokens in it take the focus, which does what pointing does
    <div
      class={`groups ${view.layout} ${blur.value === "on" ? "blurred" : ""}`}
      ref={list}
      {...(narrow ? {} : { onPointerOver: inspect, onPointerLeave: leave })}
      onFocusIn={(event) => {
        moveTabStop(event);
        if (event.target instanceof Element && event.target.matches(":focus-visible")) inspect(event);
      }}
      onKeyDown={moveFocus}
      onClick={(event) => {
        pin(event);
        inspect(event);
      }}
    >
      {groups.map((group, index) => (
        <ExampleGroup
          key={group.name}
          group={group}
          isUrgent={isWhole || index === 0}
          maximum={record.maximum}
          names={names}
          view={view}
        />
      ))}
    </div>
  );
}

function findPinned(groups: readonly ShownGroup[], { pinned }: FeatureView): Inspection | undefined {
  const example = groups.find(({ name }) => name === pinned?.group)?.examples[pinned?.example ?? -1];
  if (pinned === undefined || example === undefined || pinned.token >= example.tokens.length) return undefined;
  return { example, start: pinned.token, end: pinned.token + 1 };
}
