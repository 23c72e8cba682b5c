import { useEffect, useRef, useState } from "preact/hooks";
import { type DictionaryData, loadRecord } from "./dictionary-data.ts";
import { measureQuantile } from "./explored-text.ts";

const AT_ONCE = 6;

/** Places of activations among the features' own. */
export interface Quantiles {
  /** The share of a feature's activations that are at most this large; until its histogram is here, the share of its maximum. */
  readonly quantile: (feature: number, activation: number) => number;
  /** Features whose histogram is still to come. */
  readonly missing: number;
}

/** Loads the histograms of features, a few at a time, and tells as they come. */
export function useQuantiles(data: DictionaryData, features: readonly number[]): Quantiles {
  const histograms = useRef(new Map<number, Uint32Array>());
  const [, setLoaded] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    const waiting = features.filter((feature) => !histograms.current.has(feature));
    const work = async () => {
      for (let feature = waiting.pop(); feature !== undefined && !controller.signal.aborted; feature = waiting.pop()) {
        const { histogram } = await loadRecord(data, feature);
        histograms.current.set(feature, histogram);
        if (!controller.signal.aborted && waiting.length % 20 === 0) setLoaded((count) => count + 1);
      }
    };
    Promise.all(Array.from({ length: AT_ONCE }, work)).then(
      () => controller.signal.aborted || setLoaded((count) => count + 1),
      () => undefined,
    );
    return () => controller.abort();
  }, [data, features]);
  return {
    quantile: (feature, activation) => {
      const histogram = histograms.current.get(feature);
      const maximum = data.table.maximum[feature]!;
      return histogram === undefined
        ? Math.min(1, activation / maximum)
        : measureQuantile(histogram, maximum, activation);
    },
    missing: features.filter((feature) => !histograms.current.has(feature)).length,
  };
}
