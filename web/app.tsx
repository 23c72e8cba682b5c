import type { JSX } from "preact";
import { DictionaryTabs } from "./components/dictionary-tabs.tsx";
import { HelpDialog } from "./components/help-dialog.tsx";
import { NoticeLine } from "./components/notice-line.tsx";
import { SiteHeader } from "./components/site-header.tsx";
import { TourCard } from "./components/tour-card.tsx";
import { isServerGone } from "./data/connection.ts";
import { parseTourStep } from "./data/tour.ts";
import { isEmbedded, pageLocation, route } from "./location-state.ts";
import { AnalysesPage } from "./pages/analyses-page.tsx";
import { AnalysisPage } from "./pages/analysis-page.tsx";
import { ComparePage } from "./pages/compare-page.tsx";
import { DictionaryPage } from "./pages/dictionary-page.tsx";
import { FeaturePage } from "./pages/feature-page.tsx";
import { FeatureTablePage } from "./pages/feature-table-page.tsx";
import { HelpPage } from "./pages/help-page.tsx";
import { HomePage } from "./pages/home-page.tsx";
import { ListPage } from "./pages/list-page.tsx";
import { ListsPage } from "./pages/lists-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { PromptPage } from "./pages/prompt-page.tsx";
import { RatePage } from "./pages/rate-page.tsx";
import { RatingPage } from "./pages/rating-page.tsx";
import { RatingReportPage } from "./pages/rating-report-page.tsx";
import { RunPage } from "./pages/run-page.tsx";
import { SteerPage } from "./pages/steer-page.tsx";
import { TextsPage } from "./pages/texts-page.tsx";
import { isDictionaryRoute } from "./route.ts";

/** The whole page: header, what the address asks for, help. */
export function App() {
  const { query } = pageLocation.value;
  const page = route.value;
  const step = parseTourStep(query);
  const embedded = isEmbedded.value;
  return (
    <>
      <a class="skip-link" href="#main">
        Skip to content
      </a>
      {!embedded && <SiteHeader route={page} query={query} />}
      {!embedded && isDictionaryRoute(page) && <DictionaryTabs route={page} query={query} />}
      <main id="main" tabIndex={-1}>
        {isServerGone.value && (
          <p class="banner warning" role="status">
            The server does not answer. What is here can still be looked at; it goes on by itself when the server is
            back.
          </p>
        )}
        {renderPage()}
      </main>
      {!embedded && step !== undefined && isDictionaryRoute(page) && (
        <TourCard dictionary={page.dictionary} step={step} />
      )}
      <NoticeLine />
      <HelpDialog />
    </>
  );
}

function renderPage(): JSX.Element {
  const page = route.value;
  switch (page.kind) {
    case "home":
      return <HomePage />;
    case "run":
      return <RunPage key={page.run} run={page.run} />;
    case "dictionary":
      return <DictionaryPage key={page.dictionary} dictionary={page.dictionary} />;
    case "features":
      return <FeatureTablePage key={page.dictionary} dictionary={page.dictionary} />;
    case "feature":
      return <FeaturePage key={page.dictionary} dictionary={page.dictionary} feature={page.feature} />;
    case "analyses":
      return <AnalysesPage key={page.dictionary} dictionary={page.dictionary} />;
    case "analysis":
      return <AnalysisPage key={`${page.dictionary} ${page.analysis}`} {...page} />;
    case "prompt":
      return <PromptPage key={page.dictionary} dictionary={page.dictionary} />;
    case "steer":
      return <SteerPage key={page.dictionary} dictionary={page.dictionary} />;
    case "texts":
      return <TextsPage key={page.dictionary} dictionary={page.dictionary} />;
    case "lists":
      return <ListsPage />;
    case "list":
      return <ListPage key={`${page.run} ${page.list}`} run={page.run} list={page.list} />;
    case "compare":
      return <ComparePage key={`${page.left} ${page.right}`} left={page.left} right={page.right} />;
    case "rate":
      return <RatePage />;
    case "rating":
      return <RatingPage key={`${page.run} ${page.session}`} run={page.run} session={page.session} />;
    case "rating-report":
      return <RatingReportPage key={`${page.run} ${page.session}`} run={page.run} session={page.session} />;
    case "help":
      return <HelpPage />;
    case "unknown":
      return <NotFoundPage />;
    default:
      return page satisfies never;
  }
}
