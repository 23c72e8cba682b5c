import { useState } from "preact/hooks";
import type { Example } from "../../../src/features/feature-record.ts";
import { foldRepeats, type ShownGroup, sortByEffect } from "../../data/example-groups.ts";
import type { FeatureView } from "../../data/feature-view.ts";
import type { TokenNames } from "../../data/token-names.ts";
import { formatCount } from "../../text/format-number.ts";
import { ExampleLine } from "./example-line.tsx";

/** What a group of examples needs. */
export interface ExampleGroupProps {
  readonly group: ShownGroup;
  readonly maximum: number;
  readonly window: number;
  readonly names: TokenNames;
  readonly view: FeatureView;
}

/** Examples chosen by one rule, in the order and the shape that the view says. */
export function ExampleGroup(props: ExampleGroupProps) {
  const { group, view } = props;
  const examples = view.order === "effect" ? sortByEffect(group.examples, props.window) : group.examples;
  const number = (example: Example) => group.examples.indexOf(example);
  const line = (example: Example) => (
    <ExampleLine
      key={`${example.context}-${example.position}`}
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
    <section
      class={`group ${group.name.replace(/-\d+$/, "")}`}
      data-group={group.name}
      aria-labelledby={`group-${group.name}`}
    >
      <h3 id={`group-${group.name}`} tabIndex={-1}>
        {group.title} <small>{group.note}</small>
      </h3>
      <ol>
        {view.foldRepeats
          ? foldRepeats(examples).map(({ first, alike }) => (
              <Alike key={number(first)} first={line(first)} alike={alike.map(line)} />
            ))
          : examples.map(line)}
      </ol>
    </section>
  );
}

/** An example and, when asked for, those that fire on the same tokens. */
function Alike({ first, alike }: { readonly first: preact.JSX.Element; readonly alike: preact.JSX.Element[] }) {
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
