import { useMemo } from "preact/hooks";
import { findFamilies } from "../../src/analysis/feature-families.ts";
import type { Splitting } from "../../src/analysis/splitting.ts";
import type { DictionaryDetails } from "../../src/server/api.ts";
import { CopyLine } from "../components/copy-line.tsx";
import { LoadState } from "../components/load-state.tsx";
import { ConceptTable } from "../components/splitting/concept-table.tsx";
import { FamilyTable } from "../components/splitting/family-table.tsx";
import { LevelLinks } from "../components/splitting/level-links.tsx";
import { LinkSection } from "../components/splitting/link-section.tsx";
import { MostSplit } from "../components/splitting/most-split.tsx";
import { SplittingControls } from "../components/splitting/splitting-controls.tsx";
import { type LevelNames, SplittingWalk } from "../components/splitting/splitting-walk.tsx";
import { findTopTokens } from "../data/feature-order.ts";
import { fetchJson } from "../data/fetch-data.ts";
import { loadSplitting } from "../data/splitting-data.ts";
import {
  countRelatives,
  listChildren,
  listParents,
  parseSplittingView,
  type Relative,
} from "../data/splitting-view.ts";
import { useKeys } from "../data/use-keys.ts";
import { useLevels } from "../data/use-levels.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { navigate, pageLocation, setQuery, withQuery } from "../location-state.ts";
import { analysisAddress } from "../route.ts";
import { formatCount } from "../text/format-number.ts";

/** Which features of a smaller dictionary are split in a larger one, to be walked feature by feature. */
export function SplittingPage({ dictionary }: { readonly dictionary: string }) {
  useTitle(`Splitting of ${dictionary}`);
  const resource = useResource(dictionary, async (signal) => {
    const details = await fetchJson<DictionaryDetails>(`/api/d/${dictionary}`, signal);
    return { details, splitting: details.analyses.includes("splitting") ? await loadSplitting(dictionary) : null };
  });
  const { details, splitting } = resource.value ?? {};
  return (
    <>
      <div class="page-head">
        <h1>How features split</h1>
        <p class="note">
          A larger dictionary of the same activations splits features of a smaller one. Two features are linked where
          the cosine of their activations, on the tokens where one of them fires, is large: a graph, not a tree.
        </p>
      </div>
      <LoadState resource={resource} what="the splitting" />
      {splitting === null && <NotFound details={details!} />}
      {details !== undefined && splitting != null && (
        <>
          {splitting.levels.length < 2 && <OneSize run={details.run} />}
          <Graph details={details} splitting={splitting} />
        </>
      )}
    </>
  );
}

function NotFound({ details }: { readonly details: DictionaryDetails }) {
  const isNeurons = details.name === "neurons";
  return (
    <section class="section card">
      <p class="note">
        {isNeurons
          ? "Neurons come in one size and are no part of the graph, unless they are named:"
          : "Not computed yet for this dictionary:"}
      </p>
      <CopyLine
        what="Command"
        text={`monosem analyse splitting --run ${details.run} ${isNeurons ? "--with neurons" : `--dictionary ${details.name}`}`}
      />
    </section>
  );
}

function OneSize({ run }: { readonly run: string }) {
  return (
    <section class="section card">
      <p class="note">
        This is the only size there is. Others are learned on the same activations, and then linked, by:
      </p>
      <CopyLine
        what="Command"
        text={`monosem sweep --run ${run} --name sizes --vary dictionary.features=512,2048 --pages`}
      />
      <CopyLine what="Command" text={`monosem analyse splitting --run ${run}`} />
    </section>
  );
}

function Graph({ details, splitting }: { readonly details: DictionaryDetails; readonly splitting: Splitting }) {
  const view = parseSplittingView(pageLocation.value.query, splitting);
  const names = useLevelNames(details.run, splitting);
  const level = splitting.levels.findIndex(({ dictionary }) => dictionary === details.name);
  const own = splitting.levels[level]!;
  const isStale = details.pack !== null && details.pack.dictionarySha256 !== own.dictionarySha256;
  const feature = view.feature !== null && view.feature < own.features ? view.feature : undefined;
  return (
    <>
      {isStale && (
        <p class="banner warning">
          The graph was computed of other weights of this dictionary: monosem analyse splitting --run {details.run}{" "}
          makes it anew.
        </p>
      )}
      <LevelLinks
        run={details.run}
        splitting={splitting}
        pages={names.pages}
        own={level}
        address={(id) => analysisAddress(id, "splitting")}
      />
      {splitting.links.length > 0 && (
        <>
          <SplittingControls key={view.feature} splitting={splitting} level={level} view={view} onChange={setQuery} />
          {feature === undefined ? (
            <Beginnings splitting={splitting} level={level} names={names} />
          ) : (
            <Walked splitting={splitting} level={level} feature={feature} least={view.least} names={names} />
          )}
          <LinkSection splitting={splitting} least={view.least} />
        </>
      )}
      <Groups splitting={splitting} concept={view.concept} names={names} />
    </>
  );
}

/** The dictionaries of the levels, how their features are named, and where each leads at the threshold of the address. */
function useLevelNames(run: string, splitting: Splitting): LevelNames {
  const pages = useLevels(run, splitting);
  const min = pageLocation.value.query.get("min");
  return {
    pages,
    label: (level, feature) => {
      const data = pages[level]?.data;
      const [token] = data === undefined ? [] : findTopTokens(data.table, feature);
      return token === undefined ? String(feature) : `${feature} ${data!.names.text(token).trim()}`;
    },
    address: (level, feature) => {
      const id = pages[level]?.id;
      const query = new URLSearchParams({ f: String(feature), ...(min === null ? {} : { min }) });
      return id && withQuery(analysisAddress(id, "splitting"), query);
    },
  };
}

function Beginnings(props: { readonly splitting: Splitting; readonly level: number; readonly names: LevelNames }) {
  const { splitting, level, names } = props;
  const of = level === splitting.links.length ? "parents" : "children";
  return (
    <section class="section card" aria-label="Features to begin at">
      <h2>Features with the most {of}</h2>
      <MostSplit
        of={of}
        counts={countRelatives(splitting, level)}
        data={names.pages[level]?.data}
        address={(feature) => names.address(level, feature)}
      />
    </section>
  );
}

/** Left leads to the closest parent, right to the closest child. */
function Walked(props: {
  readonly splitting: Splitting;
  readonly level: number;
  readonly feature: number;
  readonly least: number;
  readonly names: LevelNames;
}) {
  const { splitting, level, feature, least, names } = props;
  const go = (to: number, [closest]: readonly Relative[]) => {
    const address = closest && names.address(to, closest.feature);
    if (address !== undefined) navigate(address);
  };
  useKeys({
    ArrowLeft: () => go(level - 1, listParents(splitting, level, feature, least)),
    ArrowRight: () => go(level + 1, listChildren(splitting, level, feature, least)),
  });
  return <SplittingWalk {...names} splitting={splitting} level={level} feature={feature} least={least} />;
}

function Groups(props: { readonly splitting: Splitting; readonly concept: string; readonly names: LevelNames }) {
  const { splitting, concept, names } = props;
  const families = useMemo(() => findFamilies(splitting), [splitting]);
  return (
    <section class="section columns" aria-label="Families and concepts">
      {families.length > 0 && (
        <div class="card">
          <h2>Families</h2>
          <p class="note">
            Each feature counted with its closest parent alone: {formatCount(families.length)} families, the largest
            first.
          </p>
          <FamilyTable splitting={splitting} families={families} label={names.label} address={names.address} />
        </div>
      )}
      <div class="card">
        <h2>Features of a concept</h2>
        <ConceptTable
          splitting={splitting}
          chosen={concept}
          address={names.address}
          onChoose={(proxy) => setQuery({ concept: proxy })}
        />
      </div>
    </section>
  );
}
