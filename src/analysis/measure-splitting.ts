import type { Dictionary } from "../autoencoder/dictionary.ts";
import { type CodeScan, createCodeScan } from "../features/scan-codes.ts";
import { ULTRALOW_DENSITY } from "../metrics/feature-density.ts";
import type { SiteName } from "../model/sites.ts";
import type { Transformer } from "../model/transformer.ts";
import type { TokenStream } from "../text/contexts.ts";
import { type ConceptTruth, countConceptHits, listConceptFeatures } from "./concept-features.ts";
import { describeLink } from "./describe-link.ts";
import { type CodedLevel, findSplittingEdges, measureLevelActivity, type SplittingEdges } from "./masked-cosine.ts";
import {
  CONCEPT_FIRINGS,
  CONCEPT_PRECISION,
  CONCEPT_SHARE,
  type Splitting,
  type SplittingLevel,
  type SplittingLink,
} from "./splitting.ts";

/** A dictionary of a chain of sizes. */
export interface SizedDictionary {
  readonly name: string;
  readonly sha256: string;
  readonly dictionary: Dictionary;
}

/** The dictionaries of one site, the smallest first, and the text to find the splitting on. */
export interface SplittingOptions {
  readonly model: Transformer;
  readonly site: SiteName;
  readonly dictionaries: readonly SizedDictionary[];
  readonly stream: TokenStream;
  readonly contexts: Int32Array;
  /** Contexts per pass of the model. */
  readonly batch: number;
  readonly threshold: number;
  /** Truths are of the contexts' tokens, one after another. */
  readonly concepts: readonly ConceptTruth[];
  readonly signal?: AbortSignal | undefined;
}

/** Codes of each level kept between passes; what does not fit is computed again. */
const CODE_BYTES = 2 ** 28;

/** A level while it is at hand. */
interface OpenLevel extends CodedLevel {
  readonly about: SplittingLevel;
  /** Of each concept its features. */
  readonly concepts: readonly (readonly number[])[];
}

/**
 * The splitting graph of dictionaries of rising size: which features of each are linked with which of the next by masked cosine
 * (paper, appendix on feature splitting), what that would be by chance, and how many features a concept has at each size. No more than two levels, and a third for chance, are at hand at once. Yields the share that is done.
 */
export async function* measureSplitting(options: SplittingOptions): AsyncGenerator<number, Splitting> {
  const { dictionaries, threshold, concepts, contexts, model } = options;
  const share = createShare(2 * dictionaries.length + 2 * (dictionaries.length - 1));
  const [levels, perLevel]: [SplittingLevel[], OpenLevel["concepts"][]] = [[], []];
  const links: SplittingLink[] = [];
  let coarse: OpenLevel | undefined;
  try {
    for (const sized of dictionaries) {
      const fine: OpenLevel = yield* share(openLevel(options, sized), 2);
      levels.push(fine.about);
      perLevel.push(fine.concepts);
      if (coarse !== undefined) {
        const edges = yield* share(findSplittingEdges(coarse, fine, threshold));
        const chance = yield* share(findChanceEdges(options, coarse, fine, sized));
        links.push(describeLink([coarse, fine], edges, chance, threshold));
        coarse.scan.release();
      }
      coarse = fine;
    }
  } finally {
    coarse?.scan.release();
  }
  return {
    ...{ tokens: contexts.length * model.config.contextLength, threshold, lowestDensity: ULTRALOW_DENSITY },
    ...{ levels, links },
    conceptRule: { precision: CONCEPT_PRECISION, firings: CONCEPT_FIRINGS, share: CONCEPT_SHARE },
    concepts: concepts.map(({ proxy, title, truth }, index) => ({
      ...{ proxy, title },
      positives: truth.reduce((sum, value) => sum + value, 0),
      features: perLevel.map((ofLevel) => ofLevel[index]!),
    })),
  };
}

async function* openLevel(options: SplittingOptions, sized: SizedDictionary): AsyncGenerator<number, OpenLevel> {
  const { features } = sized.dictionary;
  const scan = openScan(options, sized, options.contexts);
  try {
    const activity = yield* halve(measureLevelActivity({ scan, features }), 0);
    const hits = yield* halve(countConceptHits({ scan, features }, options.concepts), 0.5);
    const alive = activity.alive.length;
    const dead = activity.firings.filter((firings) => firings === 0).length;
    return {
      ...{ scan, features, activity },
      about: {
        ...{ dictionary: sized.name, dictionarySha256: sized.sha256, features, dead },
        ultralow: features - alive - dead,
      },
      concepts: hits.map((ofConcept) => listConceptFeatures(ofConcept, activity.firings)),
    };
  } catch (error) {
    scan.release();
    throw error;
  }
}

/** Edges with the fine level read half the text away, where whatever fires together does so by chance. */
async function* findChanceEdges(
  options: SplittingOptions,
  coarse: CodedLevel,
  { features, activity }: CodedLevel,
  sized: SizedDictionary,
): AsyncGenerator<number, SplittingEdges> {
  const { contexts, threshold } = options;
  const half = contexts.length >> 1;
  const scan = openScan(options, sized, Int32Array.of(...contexts.subarray(half), ...contexts.subarray(0, half)));
  try {
    return yield* findSplittingEdges(coarse, { scan, features, activity }, threshold);
  } finally {
    scan.release();
  }
}

function openScan(options: SplittingOptions, { dictionary }: SizedDictionary, contexts: Int32Array): CodeScan {
  const { model, site, stream, batch, signal } = options;
  return createCodeScan({ model, dictionary, site, stream, contexts, batch, memory: CODE_BYTES, signal });
}

/** Turns the shares of steps of given weights into that of the whole. */
function createShare(weights: number) {
  let done = 0;
  return async function* share<T>(work: AsyncGenerator<number, T>, weight = 1): AsyncGenerator<number, T> {
    for (;;) {
      const next = await work.next();
      if (next.done) {
        done += weight;
        return next.value;
      }
      yield (done + weight * next.value) / weights;
    }
  };
}

async function* halve<T>(work: AsyncGenerator<number, T>, from: number): AsyncGenerator<number, T> {
  for (;;) {
    const next = await work.next();
    if (next.done) return next.value;
    yield from + next.value / 2;
  }
}
