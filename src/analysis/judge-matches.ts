import type { EncodedHalf, Pick, Sides } from "./choose-matches.ts";
import { createLevelTally, type LevelTally } from "./level-tally.ts";
import { type CountedMatch, createMatchCounter } from "./match-counter.ts";
import { measureF1, measurePearson } from "./match-score.ts";
import { mergeTally, type ProxyTally, rankByF1, sumsOf } from "./proxy-tally.ts";
import type { MatchProfile, ProxyMatches, SingleMatch, UnionMatch } from "./specificity.ts";

/** Features, and neurons, that have a profile beside those chosen. */
const PROFILES: Sides<number> = { features: 32, neurons: 4 };

/** What became of a proxy's choices on the tokens that had no part in choosing. */
export interface JudgedPick {
  readonly feature: ProxyMatches;
  readonly union: UnionMatch | null;
  readonly neuron: ProxyMatches;
}

/** What the choices are scored from. */
export interface JudgeMatchesOptions {
  readonly judgement: EncodedHalf;
  readonly contextLength: number;
  readonly sizes: Sides<number>;
  readonly picks: readonly Pick[];
}

/** Scores what was chosen, batch by batch; `finish` gives a proxy's scores. */
export function createJudge({ judgement, contextLength, sizes, picks }: JudgeMatchesOptions) {
  const matches: Sides<CountedMatch[]> = { features: [], neurons: [] };
  const enlist = (list: CountedMatch[], match: CountedMatch): number => list.push(match) - 1;
  const places = picks.map((pick) => {
    const truth = judgement.truths[pick.proxy]!;
    const single = (list: CountedMatch[], choices: Pick["feature"]) =>
      Object.entries(choices).flatMap(([way, choice]) =>
        choice === null
          ? []
          : [[way, enlist(list, { members: [choice.index], threshold: choice.threshold, truth })] as const],
      );
    const { features: members } = pick.union;
    return {
      feature: new Map(single(matches.features, pick.feature)),
      neuron: new Map(single(matches.neurons, pick.neuron)),
      union: members.length === 0 ? null : enlist(matches.features, { members, threshold: 0, truth }),
    };
  });
  const counters = {
    features: createMatchCounter(sizes.features, contextLength, matches.features),
    neurons: createMatchCounter(sizes.neurons, contextLength, matches.neurons),
  };
  const finishBest = (side: keyof Sides<unknown>, choices: Pick["feature"], ways: ReadonlyMap<string, number>) => {
    const finish = (way: keyof ProxyMatches): SingleMatch | null => {
      const place = ways.get(way);
      return place === undefined ? null : { ...choices[way]!, ...counters[side].score(place) };
    };
    return { byF1: finish("byF1"), byF1WithThreshold: finish("byF1WithThreshold"), byPearson: finish("byPearson") };
  };
  return {
    counters,
    finish: (proxy: number): JudgedPick => {
      const { feature, neuron, union } = places[proxy]!;
      const pick = picks[proxy]!;
      return {
        feature: finishBest("features", pick.feature, feature),
        union: union === null ? null : { ...pick.union, ...counters.features.score(union) },
        neuron: finishBest("neurons", pick.neuron, neuron),
      };
    },
  };
}

/** The features chosen for a proxy, whichever way, and those of its union. */
export function listChosenFeatures({ feature, union }: Pick): number[] {
  return [...new Set([...listChoices(feature), ...union.features])];
}

/** The levels of a side's chosen and best features; `list` gives a proxy's profiles, by falling F1. */
export function createProfiler(side: keyof Sides<unknown>, whole: ProxyTally, picks: readonly Pick[]) {
  const wanted = picks.map((pick) => {
    const chosen = side === "features" ? listChosenFeatures(pick) : listChoices(pick.neuron);
    return [...new Set([...rankByF1(whole, pick.proxy, PROFILES[side]), ...chosen])];
  });
  const levels = createLevelTally(whole.maxima, wanted);
  return {
    levels,
    list: (proxy: number): MatchProfile[] =>
      wanted[proxy]!.map((index) => profile(whole, levels, proxy, index)).sort(
        (a, b) => b.f1 - a.f1 || a.index - b.index,
      ),
  };
}

function listChoices(choices: Pick["feature"]): number[] {
  return Object.values(choices).flatMap((choice) => (choice === null ? [] : [choice.index]));
}

/** The sums of both halves together. */
export function joinTallies(selection: ProxyTally, judgement: ProxyTally): ProxyTally {
  const whole = structuredClone(selection);
  mergeTally(whole, judgement);
  return whole;
}

function profile(whole: ProxyTally, levels: LevelTally, proxy: number, index: number): MatchProfile {
  const sums = sumsOf(whole, proxy, index);
  return {
    index,
    precision: sums.firings === 0 ? 0 : sums.hits / sums.firings,
    recall: sums.positives === 0 ? 0 : sums.hits / sums.positives,
    f1: measureF1(sums.hits, sums.firings, sums.positives),
    pearson: measurePearson(sums),
    ...levels.list(proxy, index),
  };
}
