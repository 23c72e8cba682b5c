import type { ComponentChildren } from "preact";
import type { DictionaryData } from "../../data/dictionary-data.ts";
import type { Exploration } from "../../data/use-exploration.ts";
import { formatCount } from "../../text/format-number.ts";
import { TokenChip } from "../token-chip.tsx";
import { FeatureRanking } from "./feature-ranking.tsx";
import { MiniDashboard } from "./mini-dashboard.tsx";
import { RankControls } from "./rank-controls.tsx";
import { TokenRows } from "./token-rows.tsx";

/** The features of a text: of the whole, of one token, or token by token. */
export function ExploredFeaturesCard({
  data,
  exploration,
  near,
  onPointFeature,
  onPointToken,
  onChange,
}: {
  readonly data: DictionaryData;
  readonly exploration: Exploration;
  readonly near: ReadonlySet<number>;
  readonly onPointFeature: (feature: number | undefined) => void;
  readonly onPointToken: (place: number | undefined) => void;
  readonly onChange: (changes: Readonly<Record<string, string>>) => void;
}) {
  const { selection, ranked, ranking, tokens, chosen, record, answer } = exploration;
  const open = (feature: number | null) => onChange({ f: feature === null ? "" : String(feature) });
  return (
    <section class={`card features-card${answer.stale ? " stale" : ""}`} aria-labelledby="features-title">
      <h2 id="features-title">Features</h2>
      <RankControls
        selection={selection}
        names={data.names}
        hasEnd={tokens.some(({ token }) => token === data.names.endOfText)}
        onChange={onChange}
      />
      <Scope data={data} exploration={exploration} onClear={() => onChange({ tok: "" })} />
      {ranked.length === 0 && (
        <NoFeatures hasHidden={exploration.hidden > 0} onClear={() => onChange({ min: "", dense: "", end: "show" })} />
      )}
      {selection.group === "token" && chosen === null ? (
        <TokenRows
          data={data}
          tokens={tokens}
          ranking={ranking}
          onPointToken={onPointToken}
          onPointFeature={onPointFeature}
          onOpen={(feature, place) => onChange({ f: String(feature), tok: String(place) })}
        />
      ) : (
        <FeatureRanking
          data={data}
          ranked={ranked}
          rank={selection.rank}
          open={selection.feature}
          near={near}
          label={exploration.label}
          onPoint={onPointFeature}
          onOpen={open}
        >
          {selection.feature !== null && <MiniDashboard data={data} feature={selection.feature} record={record} />}
        </FeatureRanking>
      )}
    </section>
  );
}

/** Which features are listed, how many the filters leave out, and what is still on its way. */
function Scope({
  data,
  exploration: { chosen, tokens, ranked, hidden, missing, selection },
  onClear,
}: {
  readonly data: DictionaryData;
  readonly exploration: Exploration;
  readonly onClear: () => void;
}): ComponentChildren {
  const needsToken = selection.rank === "logit" && selection.next === "";
  return (
    <div class="scope">
      <p>
        {chosen === null ? (
          `${formatCount(ranked.length)} active on the text`
        ) : (
          <>
            {formatCount(ranked.length)} active on <TokenChip text={data.names.text(tokens[chosen]!.token)} />
          </>
        )}
        {hidden > 0 && `; the filters hide ${formatCount(hidden)}`}
        {missing > 0 && `; waiting for ${formatCount(missing)} histograms`}
        {needsToken && "; choose a next token to rank them by"}
      </p>
      {chosen !== null && (
        <button type="button" class="button small" onClick={onClear}>
          Whole text
        </button>
      )}
    </div>
  );
}

/** Says that nothing is listed, and takes the filters away where they are why. */
function NoFeatures({ hasHidden, onClear }: { readonly hasHidden: boolean; readonly onClear: () => void }) {
  if (!hasHidden) return <p class="pending">No feature is active here.</p>;
  return (
    <p class="scope">
      No feature passes the filters.
      <button type="button" class="button small" onClick={onClear}>
        Show all
      </button>
    </p>
  );
}
