import { logDensities } from "../metrics/density-modes.ts";
import { type DensityCounts, summariseCounts } from "../metrics/dictionary-look.ts";
import { RARE_DENSITY } from "./ultralow.ts";

/** The densities of a dictionary at one moment of its training, its final rare features and the others apart. */
export interface UltralowLook extends DensityCounts {
  readonly step: number;
  /** Activation vectors seen so far. */
  readonly vectors: number;
  readonly members: GroupDensity;
  readonly others: GroupDensity;
}

/** How often a group of features fired since the look before. */
export interface GroupDensity {
  /** Median of log10, a silent feature counting as half a firing; null of no features. */
  readonly logDensity: number | null;
  /** Share of the group that did not fire, and that fired on less than 1e-4. */
  readonly silent: number;
  readonly rare: number;
}

/** What was kept of a look. */
interface KeptLook {
  readonly step: number;
  readonly vectors: number;
  readonly counts: Int32Array; // [features]
}

/** How the final cluster came to be: the recorded densities look by look. */
export function describeHistory(
  looks: readonly KeptLook[],
  { members, others }: { readonly members: readonly number[]; readonly others: readonly number[] },
): UltralowLook[] {
  let seen = 0;
  return looks.map(({ step, vectors: window, counts }) => {
    seen += window;
    return {
      step,
      vectors: seen,
      ...summariseCounts(counts, window),
      members: describeDensities(counts, window, members),
      others: describeDensities(counts, window, others),
    };
  });
}

/** The vectors from which on the median member was always below 1e-4: when the cluster fell. Null where it did not, or not for good. */
export function findFall(looks: readonly UltralowLook[]): number | null {
  const isLow = ({ members }: UltralowLook) =>
    members.logDensity !== null && members.logDensity < Math.log10(RARE_DENSITY);
  const after = looks.findLastIndex((look) => !isLow(look)) + 1;
  return after < looks.length ? looks[after]!.vectors : null;
}

function describeDensities(counts: Int32Array, window: number, group: readonly number[]): GroupDensity {
  const own = Int32Array.from(group, (feature) => counts[feature]!);
  const share = (isCounted: (count: number) => boolean) =>
    own.length > 0 ? own.filter(isCounted).length / own.length : 0;
  const sorted = logDensities(own, window).sort();
  const middle = sorted.length >> 1;
  return {
    logDensity: sorted.length > 0 ? (sorted[(sorted.length - 1) >> 1]! + sorted[middle]!) / 2 : null,
    silent: share((count) => count === 0),
    rare: share((count) => count / window < RARE_DENSITY),
  };
}
