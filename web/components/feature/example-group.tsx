import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Example } from "../../../src/features/feature-record.ts";
import { placeTabStop } from "../../data/example-focus.ts";
import { foldRepeats, type ShownGroup, sortByEffect } from "../../data/example-groups.ts";
import type { FeatureView } from "../../data/feature-view.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { useAlignedLines } from "../../data/use-aligned-lines.ts";
import { useTurn } from "../../data/use-turn.ts";
import { formatCount } from "../../text/format-number.ts";
import { ExampleLine } from "./example-line.tsx";

/** What a group of examples needs. */
export interface ExampleGroupProps {
  readonly group: ShownGroup;
  /** It is drawn with the page; what is not, is drawn as soon as the browser has time. */
  readonly isUrgent: boolean;
  readonly maximum: number;
  readonly names: TokenNames;
  readonly view: FeatureView;
}

/** Examples chosen by one rule, in the order and the shape that the view says. */
export function ExampleGroup(props: ExampleGroupProps) {
  const { group } = props;
  const section = useRef<HTMLElement>(null);
  const isDrawn = useTurn(group, props.isUrgent);
  // Until its turn a group keeps the lines of the feature before, unseen: changing them costs less than making them anew.
  const lines = useRef<JSX.Element>(undefined);
  if (isDrawn) lines.current = <Lines {...props} />;
  useLayoutEffect(() => {
    if (isDrawn) placeTabStop(section.current!);
  }, [group, isDrawn]);
  return (
    <section
      class={`group ${group.name.replace(/-\d+$/, "")}`}
      data-group={group.name}
      aria-labelledby={`group-${group.name}`}
      aria-busy={!isDrawn}
      ref={section}
    >
      <h3 id={`group-${group.name}`} tabIndex={-1}>
        {group.title} <small>{group.note}</small>
      </h3>
      {lines.current}
    </section>
  );
}

function Lines(props: ExampleGroupProps) {
  const { group, view } = props;
  const list = useRef<HTMLOListElement>(null);
  useAlignedLines(list, view.layout === "stack", [group, JSON.stringify(view)]);
  const examples = view.order === "effect" ? sortByEffect(group.examples) : group.examples;
  const number = (example: Example) => group.examples.indexOf(example);
  const line = (example: Example) => (
    <ExampleLine
      key={number(example)}
      example={example}
      number={number(example)}
      maximum={props.maximum}
      names={props.names}
      view={view}
      pinned={
        view.pinned?.group === group.name && view.pinned.example === number(example) ? view.pinned.token : undefined
      }
    />
  );
  return (
    <ol ref={list}>
      {view.foldRepeats
        ? foldRepeats(examples).map(({ first, alike }) => (
            <Alike key={number(first)} first={line(first)} alike={alike.map(line)} />
          ))
        : examples.map(line)}
    </ol>
  );
}

/** An example and, when asked for, those that fire on the same tokens. */
function Alike({ first, alike }: { readonly first: JSX.Element; readonly alike: JSX.Element[] }) {
  const [open, setOpen] = useState(false);
  if (alike.length === 0) return first;
  return (
    <>
      {first}
      {open && alike}
      <li class="alike">
        <button type="button" class="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? "fold" : `and ${formatCount(alike.length)} that fire on the same tokens`}
        </button>
      </li>
    </>
  );
}
