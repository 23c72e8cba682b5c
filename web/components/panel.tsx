import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { renderSvg } from "../charts/render-svg.ts";
import { copyText } from "../data/copy-text.ts";
import { PANEL_NAMES, PANELS, type PanelName } from "../data/panels.ts";
import { foldedPanels } from "../data/preferences.ts";
import { renderCsv, type SavedTable, saveFile } from "../data/save-file.ts";
import { Menu, MenuAction } from "./menu.tsx";

/** What every panel of a feature's page can do. */
export interface PanelFrame {
  /** Name of a file that holds what a panel shows, without its ending. */
  readonly file: (panel: PanelName) => string;
  /** The address of a page with this panel alone. */
  readonly link: (panel: PanelName) => string;
  readonly onHide: (panel: PanelName) => void;
}

/** What a panel shows, as data. */
export interface PanelData {
  readonly table?: SavedTable;
  readonly json: unknown;
}

/** A part of a feature's page that can be folded, hidden, linked to and saved. */
export function Panel(props: {
  readonly name: PanelName;
  readonly frame: PanelFrame;
  readonly data: () => PanelData;
  readonly children: ComponentChildren;
}) {
  const { name } = props;
  const id = useId();
  const section = useRef<HTMLElement>(null);
  const open = !foldedPanels.value.has(name);
  const toggle = () => {
    const folded = new Set(foldedPanels.value);
    if (!folded.delete(name)) folded.add(name);
    foldedPanels.value = folded;
  };
  return (
    <section class={`card panel ${name}`} id={name} aria-labelledby={`${id}-title`} ref={section}>
      <div class="panel-head">
        <h2 id={`${id}-title`}>
          <button type="button" aria-expanded={open} onClick={toggle}>
            {PANELS[name]}
          </button>
        </h2>
        <PanelMenu
          {...props}
          chart={() => section.current?.querySelector<SVGSVGElement>(".chart-body > svg") ?? null}
        />
      </div>
      {open && props.children}
    </section>
  );
}

/** Says that some panels are not shown, with the way back. */
export function HiddenPanels(props: { readonly shown: ReadonlySet<PanelName>; readonly onShowAll: () => void }) {
  const hidden = PANEL_NAMES.length - props.shown.size;
  if (hidden === 0) return null;
  return (
    <p class="hidden-panels note">
      {hidden} of {PANEL_NAMES.length} panels are hidden.{" "}
      <button type="button" class="link-button" onClick={props.onShowAll}>
        Show all
      </button>
    </p>
  );
}

function PanelMenu(props: {
  readonly name: PanelName;
  readonly frame: PanelFrame;
  readonly data: () => PanelData;
  readonly chart: () => SVGSVGElement | null;
}) {
  const { name, frame } = props;
  const saveChart = () => {
    const chart = props.chart();
    if (chart !== null) saveFile(frame.file(name), "svg", renderSvg(chart));
  };
  const saveTable = () => {
    const { table } = props.data();
    if (table !== undefined) saveFile(frame.file(name), "csv", renderCsv(table));
  };
  const saveJson = () => saveFile(frame.file(name), "json", `${JSON.stringify(props.data().json, null, 2)}\n`);
  return (
    <Menu label={`${PANELS[name]}: save, link, hide`} sign="⋯">
      {HAS_CHART.has(name) && <MenuAction onChoose={saveChart}>Save as SVG</MenuAction>}
      {name !== "notes" && <MenuAction onChoose={saveTable}>Save as CSV</MenuAction>}
      <MenuAction onChoose={saveJson}>Save as JSON</MenuAction>
      <MenuAction onChoose={() => copyText(frame.link(name), "Link")}>Copy link to this panel</MenuAction>
      <MenuAction onChoose={() => frame.onHide(name)}>Hide this panel</MenuAction>
    </Menu>
  );
}

const HAS_CHART: ReadonlySet<PanelName> = new Set(["hist", "proxy", "logits", "effect"]);
