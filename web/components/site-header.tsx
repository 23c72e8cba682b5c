import { withQuery } from "../location-state.ts";
import { analysisAddress, type DictionaryRoute, dictionaryAddress, isDictionaryRoute, type Route } from "../route.ts";
import { openHelp } from "./help-dialog.tsx";
import { ThemeButton } from "./theme-button.tsx";

interface Crumb {
  readonly name: string;
  readonly address: string;
}

const LISTS: Crumb = { name: "lists", address: "/lists" };
const RATE: Crumb = { name: "rate", address: "/rate" };

/** The bar on top of every page: where one is, theme, help. */
export function SiteHeader({ route, query }: { readonly route: Route; readonly query: URLSearchParams }) {
  const crumbs = listCrumbs(route, query);
  return (
    <header class="site-header">
      <a class="brand" href="/">
        <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
          {[3, 10, 17].flatMap((x) =>
            [3, 10, 17].map((y) => (
              <circle
                cx={x}
                cy={y}
                r={x === 17 && y === 3 ? 3 : 1.8}
                fill="currentColor"
                opacity={x === 17 && y === 3 ? 1 : 0.35}
              />
            )),
          )}
        </svg>
        monosem
      </a>
      <nav class="breadcrumbs" aria-label="Breadcrumb">
        <ol>
          {crumbs.map(({ name, address }, index) => (
            <li key={address}>
              <a href={address} {...(index === crumbs.length - 1 ? { "aria-current": "page" as const } : {})}>
                {name}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <div class="header-actions">
        <a class="quiet-button" href="/lists">
          Lists
        </a>
        <a class="quiet-button" href="/rate">
          Rate
        </a>
        <a class="quiet-button" href="/help">
          Help
        </a>
        <ThemeButton />
        <button type="button" class="quiet-button" aria-label="Keyboard shortcuts" onClick={openHelp}>
          ?
        </button>
      </div>
    </header>
  );
}

function listCrumbs(route: Route, query: URLSearchParams): Crumb[] {
  if (isDictionaryRoute(route)) return listDictionaryCrumbs(route, query);
  switch (route.kind) {
    case "run":
      return [{ name: route.run, address: `/runs/${route.run}` }];
    case "lists":
      return [LISTS];
    case "list":
      return [LISTS, { name: `${route.run} ${route.list}`, address: `/lists/${route.run}/${route.list}` }];
    case "rate":
      return [RATE];
    case "rating":
      return [RATE, { name: route.session, address: `/rate/${route.run}/${route.session}` }];
    case "rating-report":
      return [RATE, { name: `${route.session}, report`, address: `/rate/${route.run}/${route.session}/report` }];
    case "compare": {
      const { left, right } = route;
      return [
        { name: left, address: dictionaryAddress(left, "dictionary") },
        { name: `compared with ${right}`, address: `/compare/${left}/${right}` },
      ];
    }
    case "help":
      return [{ name: "help", address: "/help" }];
    default:
      return [];
  }
}

/** The dictionary, and below it what the tabs do not say: the feature. */
function listDictionaryCrumbs(route: DictionaryRoute, query: URLSearchParams): Crumb[] {
  const { dictionary } = route;
  const crumb = { name: dictionary, address: dictionaryAddress(dictionary, "dictionary") };
  if (route.kind === "dictionary") return [crumb];
  const page = route.kind === "feature" ? "features" : route.kind === "analysis" ? "analyses" : route.kind;
  const address = dictionaryAddress(dictionary, page);
  const crumbs = [crumb, { name: page, address: page === "features" ? withQuery(address, query) : address }];
  if (route.kind === "analysis")
    return [...crumbs, { name: route.analysis, address: analysisAddress(dictionary, route.analysis) }];
  if (route.kind !== "feature") return crumbs;
  const feature = withQuery(`/d/${dictionary}/f/${route.feature}`, query);
  return [...crumbs, { name: String(route.feature), address: feature }];
}
