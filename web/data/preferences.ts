import { createNameSet, createPreference } from "./preference.ts";

/** Whether single keys do something (WCAG 2.1.4: it must be possible to switch them off). */
export const shortcuts = createPreference("shortcuts", ["on", "off"]);

/** Whether it was read that texts come from all over the internet. */
export const contentNotice = createPreference("content-notice", ["unread", "read"]);

/** Whether texts are blurred until one points at them. */
export const blur = createPreference("blur", ["off", "on"]);

/** Light or dark, whatever the system has. */
export const theme = createPreference("theme", ["auto", "light", "dark"]);

/** The panels of a feature's page that are folded. */
export const foldedPanels = createNameSet("folded-panels");
