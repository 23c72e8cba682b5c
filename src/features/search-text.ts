import { type ChosenExamples, chooseExamples, fillWindows, indexCentres, orderByContext } from "./choose-examples.ts";
import { type CodeSample, createCodeSampler, type FeatureSums, sumFeatures } from "./code-sample.ts";
import { createCandidateCollector } from "./collect-candidates.ts";
import { createFiringCollector, type Firings } from "./collect-firings.ts";
import { advance, type Build, type BuildFeatureRecordsEvent, type BuildPhase } from "./open-build.ts";
import type { CodeBatch } from "./scan-codes.ts";

/** Products of two activations that correlating all features may take. */
const CORRELATION_WORK = 2 ** 29;
/** Active features kept for correlations. */
const CORRELATION_ENTRIES = 2 ** 23;
/** What a pass over codes that are kept costs, beside encoding them. */
const PASS_COST = 0.1;

/** All that passes over the text found. */
export interface Search {
  readonly firings: Firings;
  readonly histograms: Uint32Array; // [features, 40]
  readonly examples: ChosenExamples;
  readonly sample: CodeSample;
  readonly sums: FeatureSums;
}

/** Three passes over the codes of the text. */
export async function* searchText(build: Build): AsyncGenerator<BuildFeatureRecordsEvent, Search> {
  const { options, text, meter, scan } = build;
  const { features } = options.dictionary;
  const T = text.contextLength;
  const contexts = text.contexts.length;
  const firings = createFiringCollector(features, T, options.seed);
  yield* pass(build, "first pass", firings.add);
  const laterPass = contexts * (PASS_COST + 1 - scan.keptShare());
  for (const phase of ["second pass", "third pass"] as const) meter.expect(phase, laterPass);

  const sampler = createCodeSampler(contexts, countSampled(firings, contexts, T), T, features);
  const centres = indexCentres(text, firings, options.model.config.vocabularySize);
  const candidates = createCandidateCollector(text, firings.activity.maxima, centres, options.seed);
  yield* pass(build, "second pass", (codes) => {
    candidates.add(codes);
    sampler.add(codes);
  });

  const examples = chooseExamples(text, firings, candidates);
  const order = orderByContext(examples, text);
  yield* pass(build, "third pass", (codes) => fillWindows(examples, order, codes, text));
  const sample = sampler.finish();
  return { firings, histograms: candidates.histograms, examples, sample, sums: sumFeatures(sample, features) };
}

/** As many contexts as the work and the memory that correlations may take allow, at least one. */
export function countSampled(
  { entries, squaredEntries }: Pick<Firings, "entries" | "squaredEntries">,
  contexts: number,
  T: number,
): number {
  const tokens = contexts * T;
  const byWork = (CORRELATION_WORK * tokens) / Math.max(1, squaredEntries);
  const byMemory = (CORRELATION_ENTRIES * tokens) / Math.max(1, entries);
  return Math.max(1, Math.min(contexts, Math.floor(Math.min(byWork, byMemory) / T)));
}

async function* pass(
  build: Build,
  phase: BuildPhase,
  add: (codes: CodeBatch) => void,
): AsyncGenerator<BuildFeatureRecordsEvent> {
  for (let index = 0; index < build.scan.batches; index++) {
    const codes = await build.scan.batch(index);
    add(codes);
    yield advance(build, phase, codes.contexts / build.text.contexts.length);
  }
}
