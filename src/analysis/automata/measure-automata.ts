import { createCodeSampler } from "../../features/code-sample.ts";
import { directPath } from "../../features/logit-weights.ts";
import { createCodeScan } from "../../features/scan-codes.ts";
import { countSampled } from "../../features/search-text.ts";
import { tokenIdAt } from "../../features/searched-text.ts";
import { createPermutation } from "../../numerics/permutation.ts";
import { UserError } from "../../numerics/user-error.ts";
import { takeContexts } from "../mark-proxies.ts";
import { LOWEST_DENSITY } from "../match-summary.ts";
import type { Automata, AutomatonEdge, CountBesideChance } from "./automata.ts";
import { type CoActivation, findCoActivation } from "./co-activation.ts";
import { FEWEST_CONTEXTS, listEdges } from "./edge-graph.ts";
import { type Cycle, findCycles, LONGEST_CYCLE } from "./find-cycles.ts";
import { createEdgeFollower } from "./follow-edges.ts";
import { listAutomata } from "./list-automata.ts";
import { findNamed } from "./named-automata.ts";
import { RAISED_TOKENS } from "./raise-tokens.ts";
import type { MeasureAutomataOptions, Search } from "./search.ts";
import { createTokenSurveyor, type TokenSurvey } from "./survey-tokens.ts";
import { measureWriters, type Writing } from "./writers.ts";
import { listWrittenEdges, type Writer } from "./written-edges.ts";

/** Edges of each feature that are looked at: those by which it writes most. */
export const EDGES_PER_FEATURE = 16;
/** Strength from which an edge counts; chosen so that chance makes few cycles (docs/log.md). */
export const WEAKEST_EDGE = 0.02;
/** Shuffles of which feature writes what. */
const DRAWS = 3;
const STRONGEST = 200;
const CODE_BYTES = 2 ** 29;

/** How the work is spread over the passes. */
const SHARES = { survey: 0.6, writing: 0.7, following: 0.85 };

/**
 * Finds the finite-state automata of a dictionary: cycles of features each of which raises, by its logit weights, tokens on which the next
 * fires, and is followed by it in text; and modules of features that fire together. Beside what is found stands what chance makes of it: the same is counted where each feature writes what another one does. Time and memory are linear in active features, but for
 * correlations, which are taken over a bounded sample. Yields the share that is done.
 */
export async function* measureAutomata(options: MeasureAutomataOptions): AsyncGenerator<number, Automata> {
  const { model, dictionary, site, stream, contexts, batch } = options;
  if (directPath(model, site) === null)
    throw new UserError(
      `automata need a site with a direct path to the logits, such as an MLP's output or the residual stream; ${site} has none`,
    );
  const scan = createCodeScan({ model, dictionary, site, stream, contexts, batch, memory: CODE_BYTES });
  const text = { stream, contexts, contextLength: model.config.contextLength, window: 0 };
  try {
    return yield* search({ options, scan, text, tokenAt: (place) => tokenIdAt(text, place) });
  } finally {
    scan.release();
  }
}

async function* search(search: Search): AsyncGenerator<number, Automata> {
  const { options, text } = search;
  const { features } = options.dictionary;
  const survey = yield* surveyText(search);
  const tokens = options.contexts.length * text.contextLength;
  const isAlive = Uint8Array.from(survey.activity.firings, (firings) => Number(firings >= LOWEST_DENSITY * tokens));
  yield SHARES.survey;
  const writing = await measureWriters(options, survey, isAlive);
  yield SHARES.writing;
  const { graphs, coActivation } = yield* followEdges(search, survey, writing, isAlive);
  const [edges, ...shuffled] = graphs as [AutomatonEdge[], ...AutomatonEdge[][]];
  const cycles = graphs.map((graph) => findCycles(keepStrong(graph)));
  const named = findNamed(edges, survey, options.classes, WEAKEST_EDGE);
  const listed = yield* listAutomata(search, { edges, cycles: cycles[0]!, named, writing, coActivation, isAlive });
  const strong = keepStrong(edges);
  return {
    tokens,
    contexts: options.contexts.length,
    layerNormScale: writing.layerNormScale,
    alive: isAlive.reduce((sum, one) => sum + one, 0),
    settings: {
      raisedTokens: RAISED_TOKENS,
      edgesPerFeature: Math.min(EDGES_PER_FEATURE, features),
      weakestEdge: WEAKEST_EDGE,
      fewestContexts: FEWEST_CONTEXTS,
    },
    edges: { count: strong.length, chance: shuffled.map((graph) => keepStrong(graph).length) },
    cycles: countCycles(cycles),
    ...listed,
    named,
    strongest: listStrongest(strong),
  };
}

async function* surveyText({ options, scan, text, tokenAt }: Search): AsyncGenerator<number, TokenSurvey> {
  const { contextLength } = text;
  const surveyor = createTokenSurveyor({
    features: options.dictionary.features,
    vocabularySize: options.model.config.vocabularySize,
    contextLength,
    tokenAt,
    classes: options.classes.map(({ truth }) => takeContexts(truth, options.contexts, contextLength)),
  });
  for (let index = 0; index < scan.batches; index++) {
    surveyor.add(await scan.batch(index));
    yield (SHARES.survey * (index + 1)) / scan.batches;
  }
  return surveyor.finish();
}

/** The edges of the dictionary and of each shuffle as text follows them, and what fires together. */
async function* followEdges(
  { options, scan, text }: Search,
  survey: TokenSurvey,
  { writers }: Writing,
  isAlive: Uint8Array,
): AsyncGenerator<
  number,
  { readonly graphs: AutomatonEdge[][]; readonly coActivation: CoActivation & { tokens: number } }
> {
  const { features } = options.dictionary;
  const { contextLength } = text;
  const tokens = options.contexts.length * contextLength;
  const rates = Float64Array.from(survey.activity.firings, (firings) => firings / tokens);
  const firings = { pairs: survey.pairs, occurrences: survey.occurrences, rates };
  const candidates = [writers, ...shuffleWriters(writers, options.seed)].map((each) =>
    listWrittenEdges(each, firings, isAlive, EDGES_PER_FEATURE),
  );
  const followers = candidates.map((edges) => createEdgeFollower(edges, features, contextLength));
  const sampled = countSampled(survey, options.contexts.length, contextLength);
  const sampler = createCodeSampler(options.contexts.length, sampled, contextLength, features);
  for (let index = 0; index < scan.batches; index++) {
    const codes = await scan.batch(index);
    for (const follower of followers) follower.add(codes);
    sampler.add(codes);
    yield SHARES.writing + ((SHARES.following - SHARES.writing) * (index + 1)) / scan.batches;
  }
  const graphs = candidates.map((edges, place) => listEdges(edges, followers[place]!));
  const coActivation = findCoActivation(sampler.finish(), isAlive, { seed: options.seed, draws: DRAWS });
  return { graphs, coActivation: { ...coActivation, tokens: sampled * contextLength } };
}

/** Each feature with what another one writes. */
function shuffleWriters(writers: readonly Writer[], seed: number): Writer[][] {
  return Array.from({ length: DRAWS }, (_, draw) => {
    const permute = createPermutation(writers.length, seed, "shuffled writers", draw);
    return writers.map(({ feature }, place) => ({ feature, raised: writers[permute(place)]!.raised }));
  });
}

function keepStrong(edges: readonly AutomatonEdge[]): AutomatonEdge[] {
  return edges.filter(({ strength }) => strength >= WEAKEST_EDGE);
}

function countCycles([real, ...shuffled]: readonly (readonly Cycle[])[]): CountBesideChance[] {
  return Array.from({ length: LONGEST_CYCLE }, (_, index) => {
    const count = (cycles: readonly Cycle[]) => cycles.filter(({ states }) => states.length === index + 1).length;
    return { count: count(real!), chance: shuffled.map(count) };
  });
}

function listStrongest(edges: readonly AutomatonEdge[]): AutomatonEdge[] {
  const between = edges.filter(({ source, target }) => source !== target);
  return between
    .sort((a, b) => b.strength - a.strength || a.source - b.source || a.target - b.target)
    .slice(0, STRONGEST);
}
