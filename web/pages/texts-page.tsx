import { LiveGate } from "../components/live/live-gate.tsx";
import { ExploredView } from "../components/reading/explored-view.tsx";
import { TextChooser } from "../components/texts/text-chooser.tsx";
import type { DictionaryData } from "../data/dictionary-data.ts";
import { EXAMPLE_TEXTS, findExampleText } from "../data/example-texts.ts";
import { useExploration } from "../data/use-exploration.ts";
import { useTitle } from "../data/use-title.ts";
import { pageLocation, setQuery } from "../location-state.ts";

/** A fixed set of texts with every active feature on every token. */
export function TextsPage({ dictionary }: { readonly dictionary: string }) {
  const example = findExampleText(pageLocation.value.query.get("x"));
  useTitle(`${example.title} · example texts · ${dictionary}`);
  return (
    <>
      <div class="page-head">
        <h1>Example texts</h1>
        <p class="lead">
          Every feature that is active on any token of texts of many kinds. They were written for this page.
        </p>
      </div>
      <LiveGate dictionary={dictionary}>{(data) => <Example data={data} />}</LiveGate>
    </>
  );
}

function Example({ data }: { readonly data: DictionaryData }) {
  const { query } = pageLocation.value;
  const example = findExampleText(query.get("x"));
  const exploration = useExploration(data, example.text, query);
  return (
    <>
      <TextChooser groups={EXAMPLE_TEXTS} chosen={example.id} onChoose={(id) => setQuery({ x: id, tok: "", f: "" })} />
      <ExploredView data={data} exploration={exploration} language={example.language} onChange={setQuery} />
    </>
  );
}
