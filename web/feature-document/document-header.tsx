import type { DocumentItem, FeatureDocument } from "../../src/site/feature-document.ts";
import { ThemeButton } from "../components/theme-button.tsx";

/** The bar of a file with features: its title, the other features, the theme. */
export function DocumentHeader({
  shown,
  current,
}: {
  readonly shown: FeatureDocument;
  readonly current: DocumentItem;
}) {
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      <header class="site-header">
        <span class="brand">{shown.title}</span>
        <nav class="breadcrumbs" aria-label="Features of this file">
          {shown.items.length > 1 && (
            <ol>
              {shown.items.map((item) => (
                <li key={`${item.dictionary} ${item.feature}`}>
                  <a
                    href={`/d/${item.dictionary}/f/${item.feature}`}
                    {...(item === current ? { "aria-current": "page" as const } : {})}
                  >
                    {item.feature}
                  </a>
                </li>
              ))}
            </ol>
          )}
        </nav>
        <div class="header-actions">
          <ThemeButton />
        </div>
      </header>
    </>
  );
}
