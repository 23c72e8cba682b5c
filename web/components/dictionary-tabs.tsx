import { forgetPlace } from "../data/feature-view.ts";
import { useKeys } from "../data/use-keys.ts";
import { navigate, withQuery } from "../location-state.ts";
import { type DICTIONARY_PAGES, type DictionaryRoute, dictionaryAddress } from "../route.ts";
import { SEARCH_ID } from "./feature-controls.tsx";

/** The pages of a dictionary in the order of the bar: another page is another line. */
const TABS: readonly { readonly kind: keyof typeof DICTIONARY_PAGES; readonly title: string; readonly key: string }[] =
  [
    { kind: "dictionary", title: "Overview", key: "o" },
    { kind: "features", title: "Features", key: "t" },
    { kind: "prompt", title: "Your text", key: "p" },
    { kind: "steer", title: "Steer", key: "s" },
    { kind: "texts", title: "Example texts", key: "e" },
    { kind: "analyses", title: "Analyses", key: "a" },
  ];

/** The pages of a dictionary, side by side; a feature's page belongs to the features, that of an analysis to the analyses. */
export function DictionaryTabs(props: { readonly route: DictionaryRoute; readonly query: URLSearchParams }) {
  const { route } = props;
  const address = (kind: keyof typeof DICTIONARY_PAGES) => {
    const plain = dictionaryAddress(route.dictionary, kind);
    return kind === "features" && route.kind === "feature" ? withQuery(plain, forgetPlace(props.query)) : plain;
  };
  useKeys({
    ...Object.fromEntries(TABS.map(({ kind, key }) => [`g ${key}`, () => navigate(address(kind))])),
    "/": () => goToSearch(address("features")),
  });
  const shown = route.kind === "feature" ? "features" : route.kind === "analysis" ? "analyses" : route.kind;
  return (
    <nav class="tabs" aria-label={`Pages of ${route.dictionary}`}>
      <ul>
        {TABS.map(({ kind, title }) => (
          <li key={kind}>
            <a
              href={address(kind)}
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

/** The search stands on the features' page: one goes there first from any other. */
function goToSearch(features: string): void {
  const field = document.getElementById(SEARCH_ID);
  // At once where it is there: what is typed next belongs to it.
  field?.focus();
  if (field !== null) return;
  navigate(features);
  requestAnimationFrame(() => document.getElementById(SEARCH_ID)?.focus());
}
