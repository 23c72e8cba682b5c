import type { BasisSummary, DirectionColumns, NeuronBasis } from "../../src/analysis/neuron-basis.ts";
import { findUltralow } from "../../src/analysis/ultralow.ts";
import { describeHistory } from "../../src/analysis/ultralow-history.ts";
import { describeUltralow, type Ultralow } from "../../src/analysis/ultralow-result.ts";
import { classifyDirection } from "../../src/features/classify-direction.ts";
import { type Actions, type FeatureAction, summariseActions } from "../../src/interpret/actions.ts";
import { estimateMedian } from "../../src/numerics/median-interval.ts";
import { createRandomStream } from "../../src/numerics/random.ts";
import { drawDirection, plantCluster } from "./planted-cluster.ts";

const WIDTH = 24;
const TOKENS = 20_000;

/** What the directions of made-up features may be: every tenth along one neuron, the fourth dead. */
export function createFakeNeuronBasis(features: number): NeuronBasis {
  const { uniform } = createRandomStream(3, "basis");
  const draw = (spread: number, first: number): DirectionColumns => {
    const column = (low: number, high: number, at: number) =>
      Array.from({ length: features }, (_, i) => low + (high - low) * spread * uniform(first + at + 10 * i));
    const topShare = column(0.02, 0.4, 0).map((share, i) => (spread === 1 && i % 10 === 0 ? 0.8 : share));
    return {
      topShare,
      nextShare: topShare.map((share, i) => (1 - share) * 0.4 * uniform(first + 5 + 10 * i)),
      kurtosis: topShare.map((share) => 400 * share ** 2),
      nullShare: column(0.5, 0.9, 2),
      logitKurtosis: column(-0.2, 40, 3),
    };
  };
  const own = draw(1, 0);
  const firings = Array.from({ length: features }, (_, i) => (i === 3 ? 0 : 1 + Math.floor(300 * uniform(7 + 10 * i))));
  const columns = {
    ...own,
    topNeuron: firings.map((_, i) => i % WIDTH),
    firings,
    bigFirings: firings,
    topToken: firings.map((count, i) => (count > 0 ? 40 + i : -1)),
    onTopToken: firings.map((count) => Math.ceil(count / 3)),
  };
  const baselineColumns = draw(0.3, 100_000);
  const all = [...firings.keys()];
  return {
    ...{ tokens: TOKENS, width: WIDTH, outputRank: 6, expectedNullShare: 0.75, lowestDensity: 1e-5 },
    all: summarise(own, all, firings),
    live: summarise(
      own,
      all.filter((i) => firings[i]! > 0),
      firings,
    ),
    baseline: summarise(baselineColumns, all, undefined),
    features: columns,
    baselineColumns,
  };
}

function summarise(
  columns: DirectionColumns,
  chosen: readonly number[],
  firings: readonly number[] | undefined,
): BasisSummary {
  const kinds = { "1-sparse": 0, "10-sparse": 0, dense: 0 };
  for (const i of chosen)
    kinds[classifyDirection({ topShare: columns.topShare[i]!, nextShare: columns.nextShare[i]! })]++;
  const median = (values: readonly number[]) => estimateMedian(chosen.map((i) => values[i]!));
  return {
    directions: chosen.length,
    kinds,
    kurtosis: median(columns.kurtosis),
    nullShare: median(columns.nullShare),
    logitKurtosis: median(columns.logitKurtosis),
    topTokenShare: firings === undefined ? null : median(firings.map((count) => Math.ceil(count / 3) / count)),
  };
}

/** The account of a planted cluster of every fourth feature, with a history in which it fell half way. */
export function createFakeUltralow(features: number): Ultralow {
  const direction = drawDirection(WIDTH);
  const subject = plantCluster(features, direction, 2);
  const cluster = findUltralow(subject);
  const looks = Array.from({ length: 8 }, (_, look) => ({
    step: 100 * (look + 1),
    vectors: 25_000,
    counts: subject.counts.map((count) => (count < 3 && look < 4 ? 60 - 12 * look : Math.ceil(count / 40))),
  }));
  const window = Array.from({ length: 17 }, (_, i) => (i < 3 ? -1 : 60 + i));
  return describeUltralow(subject, cluster, {
    history: describeHistory(looks, cluster),
    removedDirectionOf: null,
    firings: {
      ...{ tokens: TOKENS, fired: cluster.members.length - 2, onTokens: 12 },
      inputs: [{ fired: cluster.members.length - 3, context: 4, position: 8, document: 2, window, repeats: 3 }],
    },
    elsewhere: [
      { dictionary: "again", subject: plantCluster(features, direction, 5), removedDirectionOf: null },
      {
        dictionary: "main-orthogonal",
        subject: plantCluster(features, drawDirection(WIDTH, 7), 6),
        removedDirectionOf: "main",
      },
    ],
  });
}

/** Three features: one that acts as predicted, one that does not, one without a rule. */
export function createFakeActions(): Actions {
  const control = { change: 0, interval: [-0.01, 0.01] } as const;
  const none = { result: null, rule: "", tokens: 0, effect: null };
  const arabic = { proxy: "arabic", title: "Arabic script", precision: 0.9, recall: 0.8, f1: 0.847 };
  const features: FeatureAction[] = [
    {
      ...{ feature: 1, result: arabic, rule: "tokens in Arabic script", tokens: 12 },
      effect: { before: 0.02, pinned: { change: 0.3, interval: [0.25, 0.35] }, control },
    },
    {
      ...{ feature: 2, result: null, rule: "tokens that end in “ing”", tokens: 30 },
      effect: { before: 0.05, pinned: { change: 0.001, interval: [-0.02, 0.02] }, control },
    },
    { feature: 3, ...none },
  ];
  return { contexts: 32, positions: 4096, summary: summariseActions(features), features };
}
