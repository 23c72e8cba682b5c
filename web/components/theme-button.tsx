import { effect, signal } from "@preact/signals";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const theme = signal<Theme>(readStoredTheme());

effect(() => {
  if (theme.value === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme.value;
});

/** Goes through the themes: as the system has it, light, dark. */
export function ThemeButton() {
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length]!;
  const choose = () => {
    theme.value = next;
    localStorage.setItem("theme", next);
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

function readStoredTheme(): Theme {
  const stored = localStorage.getItem("theme");
  return THEMES.find((known) => known === stored) ?? "auto";
}
