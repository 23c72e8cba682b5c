import { chooseMatches, type EncodedHalf, type Sides, type Survey, surveyHalf } from "./choose-matches.ts";
import { type ContextProxy, describeRule } from "./context-proxy.ts";
import { createExampleGrid, type ExampleGrid, type GridLevel } from "./example-grid.ts";
import { createJudge, createProfiler, joinTallies, listChosenFeatures } from "./judge-matches.ts";
import type { ProxyFinding, ProxyProfiles, Specificity } from "./specificity.ts";
import { TAIL_SHARES, THRESHOLDS } from "./threshold-tally.ts";

export type { EncodedHalf } from "./choose-matches.ts";

/** What a search needs. */
export interface SearchProxiesOptions {
  readonly proxies: readonly ContextProxy[];
  readonly features: number;
  readonly neurons: number;
  readonly contextLength: number;
  /** Active entries kept at most to search for unions, 4 bytes each; 2^24 if absent. Fewer make unions inexact. */
  readonly unionEntries?: number;
  /** Tokens by which features are chosen. */
  readonly selection: EncodedHalf;
  /** Other tokens, on which the chosen features are judged. */
  readonly judgement: EncodedHalf;
}

/** How far a search is: it reads both halves twice and the selection once more. */
export interface SearchProgress {
  readonly kind: "progress";
  readonly tokens: number;
  readonly ofTokens: number;
}

/** What a search finds, and the activations of what it found. */
export interface SpecificitySearch {
  readonly specificity: Specificity;
  readonly profiles: readonly ProxyProfiles[];
  /** Random firings of the features chosen for each proxy; their tokens count through the selection, then the judgement. */
  readonly grids: readonly FoundGrid[];
}

/** Random firings by level of a feature that was chosen for a proxy. */
export interface FoundGrid {
  /** Its place among the proxies. */
  readonly proxy: number;
  readonly feature: number;
  readonly levels: readonly GridLevel[];
}

const UNION_ENTRIES = 2 ** 24;

/**
 * Finds, for each proxy, the feature and the neuron that predict its tokens best and the greedy union of at most five features,
 * chosen on one half and judged on the other; then how the activations of these and of others that come near stand to it over
 * all tokens. Time is linear in active entries; memory holds at most `unionEntries` of them at once.
 */
export async function* searchProxies(options: SearchProxiesOptions): AsyncGenerator<SearchProgress, SpecificitySearch> {
  const { selection, judgement, contextLength, unionEntries = UNION_ENTRIES } = options;
  const sizes = { features: options.features, neurons: options.neurons };
  const follow = createFollower(3 * selection.tokens + 2 * judgement.tokens);
  const surveyed = yield* follow(surveyHalf(selection, sizes));
  const others = yield* follow(surveyHalf(judgement, sizes));
  const picks = yield* follow(chooseMatches(selection, surveyed, unionEntries));
  const judge = createJudge({ judgement, contextLength, sizes, picks });
  const whole = mapSides((side) => joinTallies(surveyed[side].tally, others[side].tally));
  const profilers = mapSides((side) => createProfiler(side, whole[side], picks));
  const chosen = picks.map(listChosenFeatures);
  const grid = createExampleGrid(whole.features.maxima, chosen);
  yield* follow(readLevels(selection, { judge: null, profilers, grid, offset: 0 }));
  yield* follow(readLevels(judgement, { judge, profilers, grid, offset: selection.tokens }));
  const findings = options.proxies.map((proxy, p): ProxyFinding => {
    const positives = { selection: positivesOf(surveyed, p), judgement: positivesOf(others, p) };
    const about = { proxy: proxy.name, title: proxy.title, rule: describeRule(proxy.rule), positives };
    if (positives.selection === 0 || positives.judgement === 0) return { ...about, kind: "absent" };
    return { ...about, kind: "searched", ...judge.finish(p) };
  });
  const tokens = { selection: selection.tokens, judgement: judgement.tokens };
  return {
    specificity: { tokens, thresholds: { count: THRESHOLDS, tailShares: TAIL_SHARES }, findings },
    profiles: options.proxies.map(({ name, title }, p) => ({
      proxy: name,
      title,
      positives: whole.features.proxies[p]!.positives,
      ...mapSides((side) => profilers[side].list(p)),
    })),
    grids: chosen.flatMap((features, proxy) =>
      features.map((feature) => ({ proxy, feature, levels: grid.list(proxy, feature) })),
    ),
  };
}

interface LevelReaders {
  /** Null on the half that had a part in choosing. */
  readonly judge: Pick<ReturnType<typeof createJudge>, "counters"> | null;
  readonly profilers: Sides<ReturnType<typeof createProfiler>>;
  readonly grid: ExampleGrid;
  /** Tokens of the halves before. */
  readonly offset: number;
}

async function* readLevels(
  half: EncodedHalf,
  { judge, profilers, grid, offset }: LevelReaders,
): AsyncGenerator<number, void> {
  let first = 0;
  for await (const [features, neurons] of half.read()) {
    profilers.features.levels.add(features, half.truths, first);
    profilers.neurons.levels.add(neurons, half.truths, first);
    grid.add(features, half.truths, first, offset);
    judge?.counters.features.add(features, first);
    judge?.counters.neurons.add(neurons, first);
    first += features.rows;
    yield features.rows;
  }
}

function createFollower(ofTokens: number) {
  let tokens = 0;
  return async function* follow<T>(steps: AsyncGenerator<number, T>): AsyncGenerator<SearchProgress, T> {
    try {
      for (;;) {
        const next = await steps.next();
        if (next.done) return next.value;
        tokens += next.value;
        yield { kind: "progress", tokens, ofTokens };
      }
    } finally {
      await steps.return(undefined as never);
    }
  };
}

function mapSides<T>(make: (side: keyof Sides<unknown>) => T): Sides<T> {
  return { features: make("features"), neurons: make("neurons") };
}

/** A half with no active feature still counts its positives, from which every feature's recall is taken. */
function positivesOf({ features }: Sides<Survey>, proxy: number): number {
  return features.tally.proxies[proxy]!.positives;
}
