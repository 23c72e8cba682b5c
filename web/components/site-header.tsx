import { withQuery } from "../location-state.ts";
import type { Route } from "../route.ts";
import { openHelp } from "./help-dialog.tsx";
import { ThemeButton } from "./theme-button.tsx";

interface Crumb {
  readonly name: string;
  readonly address: string;
}

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
        <ThemeButton />
        <button type="button" class="quiet-button" aria-label="Help and keyboard shortcuts" onClick={openHelp}>
          ?
        </button>
      </div>
    </header>
  );
}

function listCrumbs(route: Route, query: URLSearchParams): Crumb[] {
  switch (route.kind) {
    case "run":
      return [{ name: route.run, address: `/runs/${route.run}` }];
    case "dictionary":
      return [dictionaryCrumb(route.dictionary)];
    case "features":
      return [dictionaryCrumb(route.dictionary), tableCrumb(route.dictionary, query)];
    case "feature":
      return [
        dictionaryCrumb(route.dictionary),
        tableCrumb(route.dictionary, query),
        { name: String(route.feature), address: withQuery(`/d/${route.dictionary}/f/${route.feature}`, query) },
      ];
    default:
      return [];
  }
}

function dictionaryCrumb(dictionary: string): Crumb {
  return { name: dictionary, address: `/d/${dictionary}` };
}

function tableCrumb(dictionary: string, query: URLSearchParams): Crumb {
  return { name: "features", address: withQuery(`/d/${dictionary}/f`, query) };
}
