import type { ComponentType } from "preact";
import type { AnalysisName } from "../../src/analysis/analyses.ts";
import { LoadState } from "../components/load-state.tsx";
import { useResource } from "../data/use-resource.ts";

type Page = ComponentType<{ readonly dictionary: string }>;

/** The page of each analysis, whose script is asked for when it is opened. */
const PAGES: Readonly<Record<AnalysisName, () => Promise<Page>>> = {
  "neuron-basis": async () => (await import("./neuron-basis-page.tsx")).NeuronBasisPage,
  actions: async () => (await import("./actions-page.tsx")).ActionsPage,
  gallery: async () => (await import("./gallery-page.tsx")).GalleryPage,
  specificity: async () => (await import("./specificity-page.tsx")).SpecificityPage,
  ultralow: async () => (await import("./ultralow-page.tsx")).UltralowPage,
  map: async () => (await import("./map-page.tsx")).MapPage,
  splitting: async () => (await import("./splitting-page.tsx")).SplittingPage,
  automata: async () => (await import("./automata-page.tsx")).AutomataPage,
};

/** What one analysis found out about a dictionary. */
export function AnalysisPage(props: { readonly dictionary: string; readonly analysis: AnalysisName }) {
  const { dictionary, analysis } = props;
  const resource = useResource(analysis, async () => ({ Page: await PAGES[analysis]() }));
  if (resource.value === undefined) return <LoadState resource={resource} what="the page" />;
  const { Page } = resource.value;
  return <Page dictionary={dictionary} />;
}
