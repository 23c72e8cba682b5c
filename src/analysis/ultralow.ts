import type { FoldedDictionary } from "../autoencoder/fold-weights.ts";
import {
  areTwoClusters,
  type DensityModes,
  logDensities,
  type ModeFeatures,
  splitDensityModes,
} from "../metrics/density-modes.ts";
import { estimateMedian, type MedianEstimate } from "../numerics/median-interval.ts";
import { cosinesWith, meanDirection, measureBundle, type RowBundle } from "./row-bundle.ts";

// Dimensions: m features, d width.

/** Features that fire more rarely belong to Nanda's ultra-low-frequency cluster, where nothing else sets one apart. */
export const RARE_DENSITY = 1e-4;

/** What the cluster is looked for in. */
export interface UltralowSubject {
  readonly weights: FoldedDictionary["weights"];
  readonly counts: Int32Array; // [m], tokens on which each fired
  readonly tokens: number;
}

/** The rare features of a dictionary, and where their encoder rows point. */
export interface UltralowCluster {
  readonly modes: DensityModes | null;
  /** `cluster`: the rarer of two groups that stand apart; `density`: there is one group only, and these are its rarest. */
  readonly chosenBy: "cluster" | "density";
  readonly members: readonly number[];
  readonly others: readonly number[];
  /** The mean of the members' encoder rows as unit vectors, of norm 1; null of fewer than two members. */
  readonly direction: Float32Array | null; // [d]
  readonly logDensity: Float64Array; // [m]
  /** W_e . W_d of each feature, the paper's third axis. */
  readonly product: Float64Array; // [m]
  /** Cosine of each feature's encoder and decoder row. */
  readonly alignment: Float64Array; // [m]
}

/** Two groups of features beside each other. */
export interface GroupShape {
  readonly features: number;
  /** Of these, that never fired. */
  readonly dead: number;
  readonly logDensity: MedianEstimate | null;
  readonly encoderBias: MedianEstimate | null;
  readonly product: MedianEstimate | null;
  readonly alignment: MedianEstimate | null;
  readonly encoder: RowBundle;
  readonly decoder: RowBundle;
}

/**
 * Looks for the ultralow cluster: the rarer of the two groups that (log density, encoder bias, W_e . W_d) separate best (paper,
 * appendix on feature density), if they are two clusters; else the features below 1e-4, as Nanda chose them.
 */
export function findUltralow({ weights, counts, tokens }: UltralowSubject): UltralowCluster {
  const { encoder, decoder, encoderBias } = weights;
  const d = decoder.shape[1]!;
  const products = rowProducts(encoder.data, decoder.data, d);
  const features: ModeFeatures = {
    counts,
    window: tokens,
    encoderBias: encoderBias.data,
    alignment: Float32Array.from(products.product),
  };
  const split = splitDensityModes(features);
  const isCluster = split !== null && areTwoClusters(split.modes);
  const isMember = (feature: number) =>
    isCluster ? split.inLow[feature] === 1 : counts[feature]! / tokens < RARE_DENSITY;
  const all = [...counts.keys()];
  const members = all.filter(isMember);
  return {
    modes: split?.modes ?? null,
    chosenBy: isCluster ? "cluster" : "density",
    members,
    others: all.filter((feature) => !isMember(feature)),
    direction: members.length < 2 ? null : meanDirection(encoder.data, d, members),
    logDensity: logDensities(counts, tokens),
    ...products,
  };
}

/** The medians of a group, and how much its encoder and decoder rows point the same way. */
export function describeGroup(
  { weights, counts }: UltralowSubject,
  cluster: UltralowCluster,
  group: readonly number[],
): GroupShape {
  const { encoder, decoder, encoderBias } = weights;
  const d = decoder.shape[1]!;
  const median = (values: ArrayLike<number>) => estimateMedian(group.map((feature) => values[feature]!));
  return {
    features: group.length,
    dead: group.filter((feature) => counts[feature] === 0).length,
    logDensity: median(cluster.logDensity),
    encoderBias: median(encoderBias.data),
    product: median(cluster.product),
    alignment: median(cluster.alignment),
    encoder: measureBundle(encoder.data, d, group),
    decoder: measureBundle(decoder.data, d, group),
  };
}

/** A dictionary of the same site whose cluster is held beside this one's. */
export interface OtherCluster {
  readonly dictionary: string;
  readonly features: number;
  readonly members: number;
  readonly chosenBy: UltralowCluster["chosenBy"];
  /** Cosine of the two clusters' directions. */
  readonly cosine: number | null;
  /** Cosine of the other's encoder rows with this one's direction. */
  readonly toDirection: MedianEstimate | null;
  /** How much the other's own rows point the same way. */
  readonly encoder: RowBundle;
  /** The dictionary whose direction it was trained without. */
  readonly removedDirectionOf: string | null;
}

/** What the cluster of another dictionary of the same site has to do with this one. */
export function compareClusters(
  cluster: UltralowCluster,
  other: { readonly dictionary: string; readonly subject: UltralowSubject; readonly removedDirectionOf: string | null },
): OtherCluster {
  const { counts, weights } = other.subject;
  const { encoder } = weights;
  const d = encoder.shape[1]!;
  const found = findUltralow(other.subject);
  const { direction } = cluster;
  return {
    dictionary: other.dictionary,
    features: counts.length,
    members: found.members.length,
    chosenBy: found.chosenBy,
    cosine: direction && found.direction && cosinesWith(found.direction, d, [0], direction)[0]!,
    toDirection: direction && estimateMedian(cosinesWith(encoder.data, d, found.members, direction)),
    encoder: measureBundle(encoder.data, d, found.members),
    removedDirectionOf: other.removedDirectionOf,
  };
}

function rowProducts(encoder: Float32Array, decoder: Float32Array, d: number) {
  const m = decoder.length / d;
  const [product, alignment] = [new Float64Array(m), new Float64Array(m)];
  for (let row = 0; row < m; row++) {
    let [dot, ofEncoder, ofDecoder] = [0, 0, 0];
    for (let i = row * d; i < (row + 1) * d; i++) {
      dot += encoder[i]! * decoder[i]!;
      ofEncoder += encoder[i]! ** 2;
      ofDecoder += decoder[i]! ** 2;
    }
    product[row] = dot;
    alignment[row] = ofEncoder > 0 && ofDecoder > 0 ? dot / Math.sqrt(ofEncoder * ofDecoder) : 0;
  }
  return { product, alignment };
}
