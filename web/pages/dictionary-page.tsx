import { densityHistogram } from "../../src/metrics/feature-density.ts";
import type { DictionaryDetails } from "../../src/server/api.ts";
import { DictionaryOverview } from "../components/dictionary-overview.tsx";
import { ExplanationScores } from "../components/explanation-scores.tsx";
import { InterpretationTable } from "../components/interpretation-table.tsx";
import { LoadState } from "../components/load-state.tsx";
import { TakeAway } from "../components/take-away.tsx";
import { readAnnotations } from "../data/annotations.ts";
import { describeDictionary, tabulateFeatures } from "../data/dictionary-files.ts";
import { measureMedians } from "../data/explanation-medians.ts";
import { renderRange } from "../data/feature-order.ts";
import { fetchBytes, fetchJson } from "../data/fetch-data.ts";
import { listFrontier } from "../data/frontier.ts";
import { loadInterpretations } from "../data/interpretations.ts";
import { sayFailure } from "../data/notice.ts";
import { readRunDictionaries } from "../data/run-dictionaries.ts";
import { renderCsv, saveBytes, saveFile } from "../data/save-file.ts";
import { useDictionary } from "../data/use-dictionary.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { formatCount } from "../text/format-number.ts";

/** A dictionary as a whole: how good it is, beside its siblings and the paper's. */
export function DictionaryPage({ dictionary }: { readonly dictionary: string }) {
  useTitle(dictionary);
  const resource = useResource(dictionary, (signal) => fetchJson<DictionaryDetails>(`/api/d/${dictionary}`, signal));
  const summary = resource.value;
  return (
    <>
      <div class="page-head">
        <h1>Dictionary {summary?.name ?? dictionary}</h1>
        {summary !== undefined && (
          <p class="note">
            of the run <a href={`/runs/${summary.run}`}>{summary.run}</a>
          </p>
        )}
        {summary?.pack != null && (
          <a class="button primary head-action" href={`/d/${summary.id}/f`}>
            {summary.pack.partial
              ? "Take a first look at the features"
              : `Browse ${formatCount(summary.pack.features)} features`}
          </a>
        )}
      </div>
      <LoadState resource={resource} what="the dictionary" />
      {summary !== undefined && <Overview summary={summary} />}
    </>
  );
}

/** Medians with those of neurons and controls beside; labels that were imported hold scores of methods alone. */
function Interpretability(props: {
  readonly dictionary: string;
  readonly explanations: Parameters<typeof measureMedians>[0];
}) {
  const { dictionary } = props;
  const resource = useResource(dictionary, (signal) => loadInterpretations(dictionary, signal));
  const interpretations = resource.value ?? [];
  if (interpretations.length === 0) return <ExplanationScores medians={measureMedians(props.explanations)} />;
  return <InterpretationTable dictionary={dictionary} interpretations={interpretations} />;
}

function Overview({ summary }: { readonly summary: DictionaryDetails }) {
  const { id, run, name, metrics, pack } = summary;
  const data = useDictionary(pack === null ? undefined : id);
  const { explanations } = readAnnotations(id).value;
  const densities =
    data === undefined
      ? metrics?.densityHistogram
      : densityHistogram(Float64Array.from(data.table.firings, (firings) => firings / data.pack.tokens));
  const saveWeights = () =>
    fetchBytes(`/api/d/${id}/weights`).then((bytes) => saveBytes(`${id}.safetensors`, bytes), sayFailure);
  return (
    <DictionaryOverview
      summary={summary}
      densities={densities}
      frontier={listFrontier(readRunDictionaries(run).value, id)}
      densityAddress={
        data && ((least, below) => `/d/${id}/f?density=${encodeURIComponent(renderRange([least, below]))}`)
      }
    >
      <Interpretability dictionary={id} explanations={explanations} />
      <TakeAway
        run={run}
        name={name}
        hasTable={data !== undefined}
        hasWeights={name !== "neurons"}
        onSaveTable={() => data && saveFile(`${id}-features`, "csv", renderCsv(tabulateFeatures(data)))}
        onSaveJson={() => saveFile(id, "json", describeDictionary(summary))}
        onSaveWeights={saveWeights}
      />
    </DictionaryOverview>
  );
}
