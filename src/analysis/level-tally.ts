import type { ActiveEntries } from "./active-entries.ts";

/** Equal slices of 0 to a feature's maximum, as on its page. */
export const LEVELS = 40;

/** The activations of a feature above zero by level: level i holds those in (i, i + 1] * maximum / 40. */
export interface LevelCounts {
  readonly maximum: number;
  /** Tokens on which it fires, and those of them that belong to the proxy. */
  readonly counts: readonly number[]; // [40]
  readonly positives: readonly number[]; // [40]
  /** Sums of the activations of each, to seven digits. */
  readonly mass: readonly number[]; // [40]
  readonly positiveMass: readonly number[]; // [40]
}

/** Counts the levels of chosen features, and which part of them belongs to chosen proxies. */
export interface LevelTally {
  /** Adds a batch whose first row is token `first` of the truths. Time is linear in the active entries. */
  add(entries: ActiveEntries, truths: readonly Uint8Array[], first: number): void;
  list(proxy: number, feature: number): LevelCounts;
}

interface FeatureLevels {
  readonly scale: number;
  readonly counts: Float64Array;
  readonly mass: Float64Array;
  readonly proxies: readonly {
    readonly proxy: number;
    readonly positives: Float64Array;
    readonly mass: Float64Array;
  }[];
}

/** A tally of the features `wanted` for each proxy, whose largest activations are known. */
export function createLevelTally(maxima: Float32Array, wanted: readonly (readonly number[])[]): LevelTally {
  const ofFeature: (FeatureLevels | undefined)[] = Array.from(maxima, () => undefined);
  const zeros = () => new Float64Array(LEVELS);
  for (const feature of new Set(wanted.flat())) {
    const proxies = wanted.flatMap((features, proxy) =>
      features.includes(feature) ? [{ proxy, positives: zeros(), mass: zeros() }] : [],
    );
    ofFeature[feature] = { scale: LEVELS / maxima[feature]!, counts: zeros(), mass: zeros(), proxies };
  }
  return {
    add: ({ rows, capacity, counts, indices, values }, truths, first) => {
      for (let r = 0; r < rows; r++) {
        for (let k = r * capacity; k < r * capacity + counts[r]!; k++) {
          const levels = ofFeature[indices[k]!];
          if (levels !== undefined) addEntry(levels, values[k]!, truths, first + r);
        }
      }
    },
    list: (proxy, feature) => {
      const { counts, mass, proxies } = ofFeature[feature]!;
      const own = proxies.find((entry) => entry.proxy === proxy)!;
      return {
        maximum: maxima[feature]!,
        counts: [...counts],
        positives: [...own.positives],
        mass: Array.from(mass, round),
        positiveMass: Array.from(own.mass, round),
      };
    },
  };
}

function addEntry(
  { scale, counts, mass, proxies }: FeatureLevels,
  value: number,
  truths: readonly Uint8Array[],
  token: number,
): void {
  const level = Math.min(LEVELS - 1, Math.ceil(value * scale) - 1);
  counts[level]! += 1;
  mass[level]! += value;
  for (const { proxy, positives, mass: positiveMass } of proxies) {
    if (truths[proxy]![token] === 0) continue;
    positives[level]! += 1;
    positiveMass[level]! += value;
  }
}

/** Single precision is as much as activations have; more digits would only make files larger. */
function round(value: number): number {
  return Number(value.toPrecision(7));
}
