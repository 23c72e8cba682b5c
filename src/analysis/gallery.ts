import type { ProxyFinding, ShownFiring, ShownGrid, SingleMatch, Specificity, UnionMatch } from "./specificity.ts";

/** From this F1 on a feature counts as found; below it, from this precision on, as one of several that share the proxy. */
export const FOUND = 0.5;

/** What became of the search for a feature that the paper's replication names. */
export type GalleryVerdict =
  /** One feature predicts the proxy. */
  | "found"
  /** A feature fires on little else than the proxy, but on a part of it. */
  | "partly"
  /** The text has such tokens, and no feature is specific to them. */
  | "not-found"
  /** The held-out text has no such tokens, or only one half of it. */
  | "no-text";

/** A feature that was looked for. */
export interface GalleryEntry {
  readonly proxy: string;
  readonly title: string;
  readonly rule: string;
  /** Tokens that belong to the proxy, in both halves. */
  readonly tokens: number;
  readonly verdict: GalleryVerdict;
  /** The best by F1 at the best of its thresholds; null where none fires on the proxy. */
  readonly feature: SingleMatch | null;
  readonly union: UnionMatch | null;
  readonly neuron: SingleMatch | null;
  /** A random firing on the proxy from the highest level that has one. */
  readonly example: ShownFiring | null;
}

/** The features that the paper's replication names, looked for in a dictionary. */
export interface Gallery {
  readonly judgedTokens: number;
  readonly entries: readonly GalleryEntry[];
}

/** The gallery from what a search found and the random firings of what it chose. */
export function describeGallery({ tokens, findings }: Specificity, grids: readonly ShownGrid[]): Gallery {
  return { judgedTokens: tokens.judgement, entries: findings.map((finding) => describeEntry(finding, grids)) };
}

function describeEntry(finding: ProxyFinding, grids: readonly ShownGrid[]): GalleryEntry {
  const { proxy, title, rule, positives } = finding;
  const about = { proxy, title, rule, tokens: positives.selection + positives.judgement };
  if (finding.kind === "absent")
    return { ...about, verdict: "no-text", feature: null, union: null, neuron: null, example: null };
  const { union } = finding;
  const [feature, neuron] = [finding.feature.byF1WithThreshold, finding.neuron.byF1WithThreshold];
  const example = feature && findExample(grids, proxy, feature.index);
  return { ...about, verdict: judgeFeature(feature), feature, union, neuron, example };
}

function judgeFeature(feature: SingleMatch | null): GalleryVerdict {
  if (feature === null) return "not-found";
  if (feature.f1 >= FOUND) return "found";
  return feature.precision >= FOUND ? "partly" : "not-found";
}

function findExample(grids: readonly ShownGrid[], proxy: string, feature: number): ShownFiring | null {
  const grid = grids.find((one) => one.proxy === proxy && one.feature === feature);
  return grid?.levels.findLast(({ on }) => on.length > 0)?.on[0] ?? null;
}
