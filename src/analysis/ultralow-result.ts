import { type DensityModes, TWO_CLUSTERS } from "../metrics/density-modes.ts";
import { cosinesWith } from "./row-bundle.ts";
import type { GroupFirings } from "./shared-input.ts";
import {
  compareClusters,
  describeGroup,
  type GroupShape,
  type OtherCluster,
  type UltralowCluster,
  type UltralowSubject,
} from "./ultralow.ts";
import { findFall, type UltralowLook } from "./ultralow-history.ts";

/** The ultralow cluster of a dictionary, or what there is instead. */
export interface Ultralow {
  /** Held-out vectors on which densities were counted. */
  readonly tokens: number;
  readonly width: number;
  readonly modes: DensityModes | null;
  readonly chosenBy: UltralowCluster["chosenBy"];
  readonly members: GroupShape;
  readonly others: GroupShape;
  readonly firings: GroupFirings;
  readonly elsewhere: readonly OtherCluster[];
  /** Empty where the dictionary was not trained here. */
  readonly history: readonly UltralowLook[];
  /** Vectors seen when the median member fell below 1e-4 for good; null where it never did. */
  readonly fell: number | null;
  /** The dictionary without whose direction this one was trained. */
  readonly removedDirectionOf: string | null;
  readonly features: UltralowColumns;
}

/** Numbers of each feature [features]. */
export interface UltralowColumns {
  /** 1 where the feature is a member. */
  readonly member: readonly number[];
  readonly firings: readonly number[];
  readonly logDensity: readonly number[];
  readonly encoderBias: readonly number[];
  readonly product: readonly number[];
  readonly alignment: readonly number[];
  /** Cosine of its encoder row with the members' direction; empty where there is none. */
  readonly toDirection: readonly number[];
}

/** What else an account of a cluster is made of. */
export interface UltralowFindings {
  readonly firings: GroupFirings;
  readonly elsewhere: readonly Parameters<typeof compareClusters>[1][];
  readonly history: readonly UltralowLook[];
  readonly removedDirectionOf: string | null;
}

const DIGITS = 6;

/** All that is told of a cluster. */
export function describeUltralow(
  subject: UltralowSubject,
  cluster: UltralowCluster,
  findings: UltralowFindings,
): Ultralow {
  const { weights, counts, tokens } = subject;
  const d = weights.decoder.shape[1]!;
  const { members, others, direction, modes, chosenBy } = cluster;
  const isMember = new Set(members);
  const all = [...counts.keys()];
  return {
    tokens,
    width: d,
    modes,
    chosenBy,
    members: describeGroup(subject, cluster, members),
    others: describeGroup(subject, cluster, others),
    firings: findings.firings,
    elsewhere: findings.elsewhere.map((other) => compareClusters(cluster, other)),
    history: findings.history,
    fell: findFall(findings.history),
    removedDirectionOf: findings.removedDirectionOf,
    features: {
      member: all.map((feature) => Number(isMember.has(feature))),
      firings: Array.from(counts),
      logDensity: round(cluster.logDensity),
      encoderBias: round(weights.encoderBias.data),
      product: round(cluster.product),
      alignment: round(cluster.alignment),
      toDirection: direction === null ? [] : round(cosinesWith(weights.encoder.data, d, all, direction)),
    },
  };
}

/** What was found, in some sentences. */
export function tellUltralow(found: Ultralow): string {
  return [tellCluster(found), tellDirection(found), tellInput(found), tellElsewhere(found)]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function tellCluster({ modes, chosenBy, members, others }: Ultralow): string {
  const share = percent(members.features / (members.features + others.features));
  if (modes === null) return "All features are alike: there is no ultralow cluster.";
  const decades = modes.high.logDensity - modes.low.logDensity;
  const apart = `${modes.separation.toFixed(1)} deviations and ${decades.toFixed(1)} decades of density apart`;
  if (chosenBy === "cluster")
    return `${members.features} features (${share}) stand apart as a cluster of median density ${density(members)}, the others have ${density(others)}: in log density, encoder bias and W_e·W_d the two groups are ${apart}.`;
  return `There is no ultralow cluster: the two groups that differ most are ${apart}, where two clusters are ${TWO_CLUSTERS.separation} and ${TWO_CLUSTERS.decades}; ${members.features} features (${share}) are below density 1e-4.`;
}

/** Cosines with the mean from which rows are one direction, and largely one; and by how much more than the others'. */
const SHARED = { one: 0.95, largely: 0.7, more: 0.1 };

function tellDirection({ members: { encoder, decoder, features }, others }: Ultralow): string {
  if (encoder.toMean === null || features < 2) return "";
  const [own, beside] = [encoder.toMean.median, others.encoder.toMean?.median ?? 0];
  return `Their encoder rows have ${nameDirection(own, beside)}: a median cosine of ${signed(own)} with their mean, ${percent(encoder.along)} above .95 (others: ${signed(beside)}); two decoder rows have ${signed(decoder.pairwise ?? 0)} on average.`;
}

function nameDirection(own: number, beside: number): string {
  if (own < SHARED.largely) return "no direction of their own";
  if (own < beside + SHARED.more) return "a direction that all features share";
  return own >= SHARED.one ? "one direction" : "largely one direction";
}

function tellInput({ firings, members }: Ultralow): string {
  const [input] = firings.inputs;
  if (input === undefined) return members.features === 0 ? "" : "None of them fires on the held-out text.";
  return `One token fires ${percent(input.fired / members.features)} of them.`;
}

function tellElsewhere({ elsewhere }: Ultralow): string {
  const near = elsewhere.filter(({ cosine }) => cosine !== null);
  if (near.length === 0) return "";
  return `Cosine with the direction of ${near.map((other) => `${other.dictionary}: ${signed(other.cosine!)}`).join(", ")}.`;
}

function density({ logDensity }: GroupShape): string {
  return logDensity === null ? "0" : (10 ** logDensity.median).toExponential(1);
}

function signed(value: number): string {
  return `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function round(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(DIGITS)));
}
