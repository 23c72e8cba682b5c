import { CopyLink } from "../components/copy-link.tsx";
import { LiveGate } from "../components/live/live-gate.tsx";
import { TextInput } from "../components/prompt/text-input.tsx";
import { ExploredView } from "../components/reading/explored-view.tsx";
import type { DictionaryData } from "../data/dictionary-data.ts";
import { useExploration } from "../data/use-exploration.ts";
import { useTextParameter } from "../data/use-text-parameter.ts";
import { useTitle } from "../data/use-title.ts";
import { pageLocation, setQuery } from "../location-state.ts";

/** A text of one's own with the features on each of its tokens. */
export function PromptPage({ dictionary }: { readonly dictionary: string }) {
  useTitle(`Your own text · ${dictionary}`);
  return (
    <div class="live-page">
      <div class="page-head">
        <h1>Your own text</h1>
        <p class="lead">
          Type or paste something: the model reads it, and every feature that is active on one of its tokens is listed.
          It stays on this machine.
        </p>
      </div>
      <LiveGate dictionary={dictionary}>{(data) => <OwnText data={data} />}</LiveGate>
    </div>
  );
}

function OwnText({ data }: { readonly data: DictionaryData }) {
  const parameter = useTextParameter("t");
  const exploration = useExploration(data, parameter.text, pageLocation.value.query);
  return (
    <>
      <CopyLink dictionary={data.summary.id} sha256={data.pack.dictionarySha256} />
      <TextInput {...parameter} />
      <ExploredView data={data} exploration={exploration} onChange={setQuery} />
    </>
  );
}
