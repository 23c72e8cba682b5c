/** The panels of a feature's page, by the names that addresses use. */
export const PANELS = {
  hist: "Activations",
  proxy: "What it stands for",
  rule: "A rule of your own",
  logits: "Effect on the next token",
  effect: "Use to the model",
  neurons: "Neurons",
  neighbours: "Neighbouring features",
  elsewhere: "In other dictionaries",
  splitting: "Splitting",
  moments: "Shape",
  try: "Try a text",
  acts: "Examples",
  steer: "Steer with it",
  notes: "Notes",
} as const;

/** The name of a panel in addresses. */
export type PanelName = keyof typeof PANELS;

/** All names, in the order of the page. */
export const PANEL_NAMES = Object.keys(PANELS) as readonly PanelName[];

/** The panels an address asks for; all of them where it names none that exists. */
export function parsePanels(query: URLSearchParams): ReadonlySet<PanelName> {
  const asked = (query.get("panels") ?? "").split(",");
  const shown = PANEL_NAMES.filter((name) => asked.includes(name));
  return new Set(shown.length === 0 ? PANEL_NAMES : shown);
}

/** How an address asks for panels; empty for all of them. */
export function renderPanels(shown: ReadonlySet<PanelName>): string {
  return shown.size === PANEL_NAMES.length ? "" : PANEL_NAMES.filter((name) => shown.has(name)).join(",");
}
