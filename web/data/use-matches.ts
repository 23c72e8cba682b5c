import { useEffect, useState } from "preact/hooks";
import type { Comparison } from "../../src/analysis/comparison.ts";
import type { ComparedPair } from "../../src/server/api.ts";
import { fetchJson } from "./fetch-data.ts";

/** The feature of another dictionary that is most like one. */
export interface MatchElsewhere {
  readonly dictionary: string;
  readonly feature: number;
  /** Correlation of activations, and where it is known, of what both write. */
  readonly activation: number;
  readonly logits: number;
  readonly attribution: number;
  readonly pair: ComparedPair;
}

const loaded = new Map<string, Promise<Comparison>>();

/** A feature's best match in each dictionary that its own was compared with, as they are loaded. */
export function useMatches(
  dictionary: string,
  comparisons: readonly ComparedPair[],
  feature: number,
): MatchElsewhere[] {
  const [known, setKnown] = useState<ReadonlyMap<ComparedPair, Comparison>>(new Map());
  useEffect(() => {
    let isGone = false;
    setKnown(new Map());
    for (const pair of comparisons)
      loadComparison(pair).then(
        (comparison) => isGone || setKnown((others) => new Map([...others, [pair, comparison]])),
        () => undefined,
      );
    return () => {
      isGone = true;
    };
  }, [comparisons]);
  return comparisons.flatMap((pair) => {
    const comparison = known.get(pair);
    return comparison === undefined ? [] : findMatch(dictionary, pair, comparison, feature);
  });
}

function loadComparison({ left, right }: ComparedPair): Promise<Comparison> {
  const address = `/api/compare/${left}/${right}`;
  const comparison = loaded.get(address) ?? fetchJson<Comparison>(address);
  loaded.set(address, comparison);
  comparison.catch(() => loaded.delete(address));
  return comparison;
}

function findMatch(
  dictionary: string,
  pair: ComparedPair,
  { features }: Comparison,
  feature: number,
): MatchElsewhere[] {
  const isLeft = pair.left === dictionary;
  const { best, activation, logits, attribution } = isLeft ? features.left : features.right;
  const match = best[feature];
  if (match === undefined || match === -1) return [];
  return [
    {
      dictionary: isLeft ? pair.right : pair.left,
      feature: match,
      activation: activation[feature] ?? Number.NaN,
      logits: logits?.[feature] ?? Number.NaN,
      attribution: attribution?.[feature] ?? Number.NaN,
      pair,
    },
  ];
}
