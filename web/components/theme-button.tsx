import { effect } from "@preact/signals";
import { theme } from "../data/preferences.ts";
import { pageLocation } from "../location-state.ts";

const THEMES = ["auto", "light", "dark"] as const;

/** An address may ask for a theme, in a frame for instance; that is not kept. */
effect(() => {
  const asked = THEMES.find((known) => known === pageLocation.value.query.get("theme"));
  const shown = asked ?? theme.value;
  if (shown === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = shown;
});

/** Goes through the themes: as the system has it, light, dark. */
export function ThemeButton() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!;
  const choose = () => {
    theme.value = next;
  };
  return (
    <button type="button" class="quiet-button" aria-label={`Theme: ${theme.value}; change to ${next}`} onClick={choose}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5" />
        {theme.value !== "light" && <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />}
        {theme.value === "dark" && <path d="M8 2a6 6 0 0 0 0 12z" fill="currentColor" />}
      </svg>
    </button>
  );
}
