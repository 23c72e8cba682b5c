import type { NeuronBasis } from "../../../src/analysis/neuron-basis.ts";
import { MOSTLY_ON, REST_IS_LITTLE } from "../../../src/features/classify-direction.ts";
import { ComparedHistogram, countShares } from "../../charts/compared-histogram.tsx";
import { Histogram } from "../../charts/histogram.tsx";
import { PointCloud } from "../../charts/point-cloud.tsx";
import type { BasisRow } from "../../data/neuron-basis-view.ts";
import { formatPercent } from "../../text/format-number.ts";

const SHARES = [0, 0.25, 0.5, 0.75, 1];
const KURTOSES = [-1, 0, 1, 3, 10, 30, 100, 300];

/** Each direction by how much of it the largest entry and the nine after it hold, with the bounds between kinds. */
export function BasisScatter(props: {
  readonly rows: readonly BasisRow[];
  readonly address: (feature: number) => string;
  readonly onOpen: (address: string) => void;
}) {
  const { rows, address } = props;
  const isSparse = (index: number) => rows[index]!.kind !== "dense";
  return (
    <PointCloud
      title="Share of a direction in its largest entries"
      xLabel="squared norm in the largest entry"
      yLabel="in the nine after it"
      x={rows.map(({ topShare }) => topShare)}
      y={rows.map(({ nextShare }) => nextShare)}
      range={{ x: [0, 1], y: [0, Math.max(0.5, ...rows.map(({ nextShare }) => nextShare))] }}
      formatX={(value) => String(value)}
      formatY={(value) => String(value)}
      marked={{ is: isSparse, name: "1-sparse and 10-sparse", rest: "dense" }}
      lines={[
        { from: [0, MOSTLY_ON], to: [MOSTLY_ON, 0] },
        { from: [MOSTLY_ON, REST_IS_LITTLE], to: [1 - REST_IS_LITTLE, REST_IS_LITTLE] },
      ]}
      name={(index) => {
        const { feature, topShare, nextShare, kind } = rows[index]!;
        return `${feature}: ${formatPercent(topShare)} and ${formatPercent(nextShare)}, ${kind}`;
      }}
      address={(index) => address(rows[index]!.feature)}
      onOpen={props.onOpen}
      table={{
        columns: ["feature", "largest entry", "next nine", "kind"],
        rows: () =>
          rows.map(({ feature, topShare, nextShare, kind }) => [
            String(feature),
            formatPercent(topShare),
            formatPercent(nextShare),
            kind,
          ]),
      }}
    />
  );
}

/** How kurtosis, the unread part, logit kurtosis and the top token's share are distributed, beside random directions. */
export function BasisHistograms(props: { readonly basis: NeuronBasis; readonly rows: readonly BasisRow[] }) {
  const { basis, rows } = props;
  const { baselineColumns } = basis;
  const features = (value: (row: BasisRow) => number | undefined) => ({
    name: "features",
    values: rows.flatMap((row) => value(row) ?? []),
  });
  const random = (values: readonly number[]) => ({ name: "random directions", values });
  return (
    <>
      <div class="card">
        <ComparedHistogram
          title="Kurtosis of a direction's entries"
          xLabel="excess kurtosis"
          bars={features(({ kurtosis }) => kurtosis)}
          outline={random(baselineColumns.kurtosis)}
          {...KURTOSIS_SCALE}
        />
        <p class="note">
          0 for Gaussian entries; a direction along one neuron of {basis.width} has about {basis.width - 5}.
        </p>
      </div>
      {basis.expectedNullShare !== null && (
        <div class="card">
          <ComparedHistogram
            title="Where the model does not read"
            xLabel="share of the direction in the null space of W_out"
            bars={features(({ nullShare }) => nullShare)}
            outline={random(baselineColumns.nullShare)}
            {...SHARE_SCALE}
          />
          <p class="note">
            W_out has rank {basis.outputRank}: a random direction of {basis.width} has{" "}
            {formatPercent(basis.expectedNullShare)} there.
          </p>
        </div>
      )}
      {baselineColumns.logitKurtosis.length > 0 && (
        <div class="card">
          <ComparedHistogram
            title="Kurtosis of logit weights"
            xLabel="excess kurtosis over the vocabulary"
            bars={features(({ logitKurtosis }) => logitKurtosis)}
            outline={random(baselineColumns.logitKurtosis)}
            {...KURTOSIS_SCALE}
          />
          <p class="note">High where a feature speaks for a few tokens only.</p>
        </div>
      )}
      <TopTokenHistogram rows={rows} />
    </>
  );
}

function TopTokenHistogram({ rows }: { readonly rows: readonly BasisRow[] }) {
  const shares = rows.flatMap(({ topTokenShare }) => topTokenShare ?? []);
  return (
    <div class="card">
      <Histogram
        title="Large firings on one token"
        xLabel="share on the most frequent token"
        unit="features"
        counts={countShares(shares, SHARE_SCALE.edges).map((share) => Math.round(share * shares.length))}
        start={0}
        end={1}
        height={200}
        ticks={SHARES}
        format={SHARE_SCALE.format}
      />
      <p class="note">Of the firings above a fifth of a feature's maximum.</p>
    </div>
  );
}

/** Bins that widen with the value, so that 0 and 300 both show. */
const KURTOSIS_SCALE = {
  edges: listKurtosisEdges(),
  ticks: KURTOSES,
  format: (value: number) => String(Number(value.toPrecision(2))),
};

const SHARE_SCALE = {
  edges: Array.from({ length: 41 }, (_, index) => index / 40),
  ticks: SHARES,
  format: (value: number) => `${Number((100 * value).toPrecision(3))} %`,
};

function listKurtosisEdges(): number[] {
  const [bins, first, last] = [36, Math.log(1), Math.log(600)];
  return [-2, ...Array.from({ length: bins + 1 }, (_, bin) => Math.exp(first + ((last - first) * bin) / bins) - 2)];
}
