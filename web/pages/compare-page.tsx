import { useMemo } from "preact/hooks";
import type { Comparison } from "../../src/analysis/comparison.ts";
import { PointCloud } from "../charts/point-cloud.tsx";
import { ComparisonChoices } from "../components/compare/comparison-choices.tsx";
import { MatchTable } from "../components/compare/match-table.tsx";
import { FeatureLink } from "../components/feature-link.tsx";
import { LoadState } from "../components/load-state.tsx";
import { MetricTable } from "../components/metric-table.tsx";
import { TokenChip } from "../components/token-chip.tsx";
import {
  type ComparisonView,
  listMatches,
  listMedians,
  type MatchRow,
  parseComparisonView,
} from "../data/comparison-view.ts";
import type { DictionaryData } from "../data/dictionary-data.ts";
import { findTopTokens } from "../data/feature-order.ts";
import { fetchJson } from "../data/fetch-data.ts";
import { useDictionary } from "../data/use-dictionary.ts";
import { useResource } from "../data/use-resource.ts";
import { useTitle } from "../data/use-title.ts";
import { navigate, pageLocation, setQuery } from "../location-state.ts";
import { formatCount } from "../text/format-number.ts";

/** Two dictionaries beside each other: which feature of the one is which of the other. */
export function ComparePage({ left, right }: { readonly left: string; readonly right: string }) {
  useTitle(`${left} and ${right}`);
  const resource = useResource(`${left} ${right}`, (signal) =>
    fetchJson<Comparison>(`/api/compare/${left}/${right}`, signal),
  );
  const comparison = resource.value;
  return (
    <>
      <div class="page-head">
        <h1>The same features in two dictionaries</h1>
        <p class="note">
          <a href={`/d/${left}`}>{left}</a> and <a href={`/d/${right}`}>{right}</a>
          {comparison !== undefined && `, on ${formatCount(comparison.tokens)} held-out tokens`}
        </p>
      </div>
      <LoadState resource={resource} what="the comparison" />
      {comparison !== undefined && <Compared comparison={comparison} left={left} right={right} />}
    </>
  );
}

function Compared(props: { readonly comparison: Comparison; readonly left: string; readonly right: string }) {
  const { comparison, left, right } = props;
  const view = parseComparisonView(pageLocation.value.query);
  const { side, of, order } = view;
  const rows = useMemo(() => listMatches(comparison, { side, of, order }), [comparison, side, of, order]);
  const medians = useMemo(() => listMedians(comparison, side), [comparison, side]);
  const [own, other] = placeSides(props, view);
  return (
    <>
      <ComparisonChoices
        view={view}
        names={{ left, right }}
        hasNeurons={comparison.neurons !== null}
        onChange={setQuery}
      />
      <section class="section columns" aria-label="How alike they are">
        <div class="card">
          <h2>Median best match of {view.side === "left" ? left : right}</h2>
          <MetricTable caption="Medians over features" rows={medians} />
          <p class="note">
            Each feature's best match is the one whose activations correlate most with its own, over the same tokens;
            features that fire on fewer than {comparison.lowestDensity} of them are left out. Two seeds of the paper's
            model had .72, neurons .46.
          </p>
        </div>
        <div class="card">
          <Cloud rows={rows} by={view.by} of={view.of} address={(feature) => `/d/${own.id}/f/${feature}`} />
        </div>
      </section>
      <section class="section card" aria-label="Matches">
        <h2>
          {formatCount(rows.length)} {view.of}
        </h2>
        <MatchTable
          rows={rows}
          names={{ own: own.id, other: other.id }}
          link={{
            own: (feature) => <Linked key={feature} dictionary={own.id} data={own.data} feature={feature} />,
            other: (feature) => <Linked key={feature} dictionary={other.id} data={other.data} feature={feature} />,
          }}
        />
      </section>
    </>
  );
}

function Cloud(props: {
  readonly rows: readonly MatchRow[];
  readonly by: ComparisonView["by"];
  readonly of: ComparisonView["of"];
  readonly address: (feature: number) => string;
}) {
  const { by, of } = props;
  const rows = props.rows.filter((row) => !Number.isNaN(row[by]));
  if (rows.length === 0)
    return <p class="pending">The site has no direct path to the logits: activations alone are compared.</p>;
  const yLabel = by === "logits" ? "logit weights" : "attributions";
  return (
    <PointCloud
      title={`Best matches: activations against ${yLabel}`}
      xLabel="correlation of activations"
      yLabel={`correlation of ${yLabel}`}
      x={rows.map(({ activation }) => activation)}
      y={rows.map((row) => row[by])}
      name={(index) => {
        const { feature, best, activation } = rows[index]!;
        return `${of.slice(0, -1)} ${feature} and ${best}: ${activation.toFixed(2)}, ${rows[index]![by].toFixed(2)}`;
      }}
      address={(index) => props.address(rows[index]!.feature)}
      onOpen={navigate}
    />
  );
}

interface Side {
  readonly id: string;
  readonly data: DictionaryData | undefined;
}

/** The dictionary whose features are gone through, and the other. */
function placeSides(
  { comparison, left, right }: { readonly comparison: Comparison; readonly left: string; readonly right: string },
  { side, of }: ComparisonView,
): readonly [Side, Side] {
  const name = (id: string, dictionary: string) =>
    of === "features" ? id : `${id.slice(0, id.length - dictionary.length)}neurons`;
  const [leftId, rightId] = [name(left, comparison.left.dictionary), name(right, comparison.right.dictionary)];
  const sides = [
    { id: leftId, data: useDictionary(leftId) },
    { id: rightId, data: useDictionary(rightId) },
  ] as const;
  return side === "left" ? sides : [sides[1], sides[0]];
}

function Linked(props: {
  readonly dictionary: string;
  readonly data: DictionaryData | undefined;
  readonly feature: number;
}) {
  const { data, feature } = props;
  const address = `/d/${props.dictionary}/f/${feature}`;
  if (data === undefined) return <a href={address}>{feature}</a>;
  return (
    <>
      <FeatureLink data={data} feature={feature} address={address} />{" "}
      {findTopTokens(data.table, feature)
        .slice(0, 1)
        .map((id) => (
          <TokenChip text={data.names.text(id)} key={id} />
        ))}
    </>
  );
}
