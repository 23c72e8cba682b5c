import type { BasisColumns, NeuronBasis } from "../../src/analysis/neuron-basis.ts";
import { classifyDirection, type DirectionKind } from "../../src/features/classify-direction.ts";

/** By what features are listed, the most extreme first. */
export const BASIS_ORDERS = {
  neuron: "along one neuron",
  kurtosis: "kurtosis",
  unread: "least read",
  read: "most read",
  vocabulary: "logit kurtosis",
  token: "on one token",
} as const;

/** What the page shows. */
export interface BasisView {
  readonly of: "live" | "all";
  readonly order: keyof typeof BASIS_ORDERS;
}

/** The view of an address. */
export function parseBasisView(query: URLSearchParams): BasisView {
  const order = query.get("order") ?? "";
  return {
    of: query.get("of") === "all" ? "all" : "live",
    order: Object.hasOwn(BASIS_ORDERS, order) ? (order as BasisView["order"]) : "neuron",
  };
}

/** One feature's line of the table. */
export interface BasisRow {
  readonly feature: number;
  readonly kind: DirectionKind;
  readonly topNeuron: number;
  readonly topShare: number;
  readonly nextShare: number;
  readonly kurtosis: number;
  /** Undefined where the site has no such figure. */
  readonly nullShare: number | undefined;
  readonly logitKurtosis: number | undefined;
  /** -1 where the feature never fired. */
  readonly topToken: number;
  readonly topTokenShare: number | undefined;
}

/** The features that are looked at: all, or those neither dead nor ultralow. */
export function listBasisRows(basis: NeuronBasis, { of, order }: BasisView): BasisRow[] {
  const { features: columns, tokens, lowestDensity } = basis;
  const isShown = (feature: number) =>
    of === "all" || (columns.firings[feature]! > 0 && columns.firings[feature]! / tokens >= lowestDensity);
  const rows = [...columns.topShare.keys()].filter(isShown).map((feature) => readRow(columns, feature));
  const [value, sign] = RANKS[order];
  const rank = (row: BasisRow) => (value(row) ?? Number.NEGATIVE_INFINITY * sign) * sign;
  return rows.sort((a, b) => rank(b) - rank(a) || a.feature - b.feature);
}

const RANKS: Readonly<
  Record<BasisView["order"], readonly [value: (row: BasisRow) => number | undefined, sign: 1 | -1]>
> = {
  neuron: [({ topShare }) => topShare, 1],
  kurtosis: [({ kurtosis }) => kurtosis, 1],
  unread: [({ nullShare }) => nullShare, 1],
  read: [({ nullShare }) => nullShare, -1],
  vocabulary: [({ logitKurtosis }) => logitKurtosis, 1],
  token: [({ topTokenShare }) => topTokenShare, 1],
};

function readRow(columns: BasisColumns, feature: number): BasisRow {
  const [topShare, nextShare] = [columns.topShare[feature]!, columns.nextShare[feature]!];
  const big = columns.bigFirings[feature]!;
  return {
    feature,
    kind: classifyDirection({ topShare, nextShare }),
    topNeuron: columns.topNeuron[feature]!,
    topShare,
    nextShare,
    kurtosis: columns.kurtosis[feature]!,
    nullShare: columns.nullShare[feature],
    logitKurtosis: columns.logitKurtosis[feature],
    topToken: columns.topToken[feature]!,
    topTokenShare: big > 0 ? columns.onTopToken[feature]! / big : undefined,
  };
}
