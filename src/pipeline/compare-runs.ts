import { readFileSync } from "node:fs";
import { type ComparedSide, type Comparison, storeUniversality } from "../analysis/comparison.ts";
import { LOWEST_DENSITY } from "../analysis/match-summary.ts";
import { type ComparedDictionary, measureUniversality } from "../analysis/universality.ts";
import { createNeuronDictionary } from "../autoencoder/neuron-dictionary.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { parameter } from "../model/transformer.ts";
import { UserError } from "../numerics/user-error.ts";
import { countAllTokens } from "../store/count-tokens.ts";
import { hashArray } from "../store/hash-array.ts";
import { nameRun, runPaths } from "../store/run-directory.ts";
import { TOOL_VERSION } from "../store/tool-version.ts";
import { writeJson } from "../store/write-atomically.ts";
import { countContexts, spreadContexts } from "../text/contexts.ts";
import { NEURONS } from "./dictionary-files.ts";
import { openRun, type Run } from "./open-run.ts";
import { Interrupted } from "./stage.ts";

/** A dictionary of a run directory. */
export interface ComparedPlace {
  readonly directory: string;
  readonly dictionary: string;
}

/** What to compare; the result is kept in the left run. */
export interface ComparisonRequest {
  readonly left: ComparedPlace;
  readonly right: ComparedPlace;
  /** Tokens of the left run's held-out text, at most. */
  readonly tokens?: number | undefined;
}

/** How far a comparison is. */
export type ComparisonEvent =
  | {
      readonly kind: "progress";
      readonly what: "features" | "neurons";
      readonly share: number;
      readonly tokens: number;
    }
  | { readonly kind: "compared"; readonly path: string; readonly comparison: Comparison };

const CONTEXTS_PER_PASS = 32;

/**
 * Measures which features two dictionaries share (paper, §universality) and keeps it as `analyses/compare-*.json` of the left run.
 * Throws a `UserError` where the runs have not the same tokenizer and context length, and `Interrupted` on request.
 */
export async function* compareRuns(
  request: ComparisonRequest,
  kernels: Kernels,
  signal: AbortSignal,
): AsyncGenerator<ComparisonEvent> {
  const { left, right } = request;
  const [first, second] = [openRun(left.directory), openRun(right.directory)];
  const stream = first.text("valid");
  const sides = await Promise.all([openSide(first, left, kernels), openSide(second, right, kernels)]);
  refuseForeign(sides, request);
  const T = sides[0].compared.model.config.contextLength;
  const wanted = Math.ceil((request.tokens ?? first.config.evaluation.tokens) / T);
  const available = countContexts(stream, T);
  const contexts = spreadContexts(available, Math.max(1, Math.min(available, wanted)));
  const { vocabularySize } = sides[0].compared.model.config;
  const tokenCounts = countAllTokens(runPaths(left.directory), vocabularySize);
  const base = { stream, contexts, tokenCounts, batch: CONTEXTS_PER_PASS, signal };
  const measure = async function* (what: "features" | "neurons", pair: readonly ComparedDictionary[]) {
    const work = measureUniversality({ ...base, left: pair[0]!, right: pair[1]! });
    for (;;) {
      const next = await work.next();
      if (next.done) return storeUniversality(next.value);
      if (signal.aborted) throw new Interrupted("stopped while comparing; the same command compares anew");
      yield { kind: "progress", what, share: next.value, tokens: contexts.length * T } as const;
    }
  };
  const features = yield* measure(
    "features",
    sides.map(({ compared }) => compared),
  );
  const isOneModel = sides[0].model === sides[1].model || [left, right].some((side) => side.dictionary === NEURONS);
  const neurons = isOneModel
    ? null
    : yield* measure(
        "neurons",
        sides.map(({ compared }) => ({
          ...compared,
          dictionary: createNeuronDictionary(kernels, compared.dictionary.width),
        })),
      );
  const comparison: Comparison = {
    ...{ format: 1, toolVersion: TOOL_VERSION, backend: `${kernels.backend} ${kernels.level}` },
    ...{ left: sides[0].named, right: sides[1].named, tokens: contexts.length * T },
    ...{ tokensSha256: hashArray(stream.tokens), lowestDensity: LOWEST_DENSITY, features, neurons },
  };
  const path = runPaths(left.directory).comparison(left.dictionary, sides[1].named);
  writeJson(path, comparison);
  yield { kind: "compared", path, comparison };
}

interface OpenSide {
  readonly compared: ComparedDictionary;
  readonly named: ComparedSide;
  /** Hash of the model's weights, to know one model from two. */
  readonly model: string;
}

async function openSide(run: Run, { directory, dictionary: name }: ComparedPlace, kernels: Kernels): Promise<OpenSide> {
  const [model, dictionary] = [run.model(kernels), run.dictionary(kernels, name)];
  const dictionarySha256 = hashArray(await kernels.read(dictionary.directions));
  return {
    compared: { model, dictionary, site: run.site(name).name },
    named: { run: nameRun(directory), dictionary: name, dictionarySha256, features: dictionary.features },
    model: hashArray(await kernels.read(parameter(model.parameters, "wte.weight"))),
  };
}

function refuseForeign([a, b]: readonly OpenSide[], { left, right }: ComparisonRequest): void {
  const read = ({ directory }: ComparedPlace) => readFileSync(runPaths(directory).corpus.tokenizer, "utf8");
  if (read(left) !== read(right))
    throw new UserError(
      `${left.directory} and ${right.directory} have different tokenizers, so they never see the same tokens: make the second with monosem run --run NEW --reuse ${left.directory} --set training.seed=2`,
      2,
    );
  const [one, other] = [a!.compared.model.config.contextLength, b!.compared.model.config.contextLength];
  if (one !== other)
    throw new UserError(
      `${left.directory} reads contexts of ${one} tokens, ${right.directory} of ${other}: wanted the same model.contextLength`,
      2,
    );
  if (left.dictionary === right.dictionary && a!.named.run === b!.named.run)
    throw new UserError(
      `${left.dictionary} of ${left.directory} would be compared with itself: name another dictionary or run`,
      2,
    );
}
