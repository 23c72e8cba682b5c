import { type DICTIONARY_PAGES, type DictionaryRoute, dictionaryAddress } from "../route.ts";

/** The pages of a dictionary in the order of the bar: another page is another line. */
const TABS: readonly { readonly kind: keyof typeof DICTIONARY_PAGES; readonly title: string }[] = [
  { kind: "dictionary", title: "Overview" },
  { kind: "features", title: "Features" },
  { kind: "prompt", title: "Your text" },
  { kind: "steer", title: "Steer" },
  { kind: "texts", title: "Example texts" },
];

/** The pages of a dictionary, side by side; a feature's page belongs to the features. */
export function DictionaryTabs({ route }: { readonly route: DictionaryRoute }) {
  const shown = route.kind === "feature" ? "features" : route.kind;
  return (
    <nav class="tabs" aria-label={`Pages of ${route.dictionary}`}>
      <ul>
        {TABS.map(({ kind, title }) => (
          <li key={kind}>
            <a
              href={dictionaryAddress(route.dictionary, kind)}
              {...(kind === shown
                ? { "aria-current": route.kind === kind ? ("page" as const) : ("true" as const) }
                : {})}
            >
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
