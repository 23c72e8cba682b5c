import { useMemo } from "preact/hooks";
import { CopyLink } from "../components/copy-link.tsx";
import { LiveGate } from "../components/live/live-gate.tsx";
import { DoseResponse } from "../components/steer/dose-response.tsx";
import { DoseSamples } from "../components/steer/dose-samples.tsx";
import { LossTable } from "../components/steer/loss-table.tsx";
import { Samples } from "../components/steer/samples.tsx";
import { SteerControls } from "../components/steer/steer-controls.tsx";
import type { DictionaryData } from "../data/dictionary-data.ts";
import { DEFAULT_PROMPT, parseSteerSelection } from "../data/steer-selection.ts";
import { useDose } from "../data/use-dose.ts";
import { useSteering } from "../data/use-steering.ts";
import { useTextParameter } from "../data/use-text-parameter.ts";
import { useTitle } from "../data/use-title.ts";
import { pageLocation, setQuery } from "../location-state.ts";

/** The model's text with features held, added or taken away. */
export function SteerPage({ dictionary }: { readonly dictionary: string }) {
  useTitle(`Steer the model · ${dictionary}`);
  return (
    <div class="live-page">
      <div class="page-head">
        <h1>Steer the model</h1>
        <p class="lead">
          Hold features at a value, add their direction or take them away, and see what the model then writes: beside
          what it writes by itself, from the same seed.
        </p>
      </div>
      <LiveGate dictionary={dictionary}>{(data) => <Steering data={data} />}</LiveGate>
    </div>
  );
}

function Steering({ data }: { readonly data: DictionaryData }) {
  const { query } = pageLocation.value;
  const selection = useMemo(() => parseSteerSelection(query, data.table.firings.length), [query.toString(), data]);
  const prompt = useTextParameter("p", DEFAULT_PROMPT);
  const steering = useSteering(data, selection, prompt.text);
  const features = [...new Set(selection.features.map(({ feature }) => feature))];
  const feature = features.find((number) => number === selection.dose) ?? features[0];
  const doses = useDose(data, selection, prompt.text, feature);
  return (
    <>
      <CopyLink dictionary={data.summary.id} sha256={data.pack.dictionarySha256} />
      <SteerControls data={data} selection={selection} prompt={prompt.text} onPrompt={prompt.set} onChange={setQuery} />
      {prompt.text.trim() === "" ? (
        <p class="pending">The prompt is empty: the model needs something to go on from.</p>
      ) : (
        <>
          <Samples data={data} selection={selection} samples={steering.samples} />
          <div class="section steer-figures">
            <LossTable losses={steering.losses} isSteered={features.length > 0} />
            {feature !== undefined && (
              <DoseResponse
                names={data.names}
                features={features}
                feature={feature}
                maximum={data.table.maximum[feature]!}
                errorTerm={selection.doseError}
                answer={doses}
                onChange={setQuery}
              />
            )}
            {feature !== undefined && doses.value !== undefined && (
              <DoseSamples doses={doses.value} maximum={data.table.maximum[feature]!} names={data.names} />
            )}
          </div>
        </>
      )}
    </>
  );
}
