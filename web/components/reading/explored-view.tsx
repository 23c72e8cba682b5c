import { useState } from "preact/hooks";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import type { Exploration } from "../../data/use-exploration.ts";
import { LiveState } from "../live/live-state.tsx";
import { ExploredFeaturesCard } from "./explored-features-card.tsx";
import { ExploredTextCard } from "./explored-text-card.tsx";

/** A text beside its features: pointing at one shows it in the other. */
export function ExploredView({
  data,
  exploration,
  language,
  onChange,
}: {
  readonly data: DictionaryData;
  readonly exploration: Exploration;
  readonly language?: string;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}) {
  const [place, pointToken] = useState<number>();
  const [pointed, pointFeature] = useState<number>();
  const { tokens, ranked, selection, answer, chosen } = exploration;
  const near = new Set(place === undefined ? [] : tokens[place]?.features.map(({ feature }) => feature));
  const shading = pointed ?? selection.feature ?? ranked[0]?.feature;
  return (
    <>
      <LiveState answer={answer} what="the features of the text" />
      {answer.value !== undefined && (
        <div class="explored">
          <ExploredTextCard
            data={data}
            exploration={exploration}
            {...(language === undefined ? {} : { language })}
            feature={shading !== undefined && shading < data.table.maximum.length ? shading : undefined}
            place={place ?? chosen ?? undefined}
            onPoint={pointToken}
            onChoose={(token) => onChange({ tok: token === chosen ? "" : String(token) })}
          />
          <ExploredFeaturesCard
            data={data}
            exploration={exploration}
            near={near}
            onPointFeature={pointFeature}
            onPointToken={pointToken}
            onChange={onChange}
          />
        </div>
      )}
    </>
  );
}
