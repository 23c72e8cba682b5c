import { existsSync, readFileSync } from "node:fs";
import { mapShare } from "../../analysis/map-share.ts";
import { measurePinnedProbability, type PinnedEffect } from "../../analysis/pinned-probability.ts";
import type { SpecificityProfiles } from "../../analysis/specificity.ts";
import { type FeatureRecord, parseFeatureRecord } from "../../features/feature-record.ts";
import { parseFeatureTable } from "../../features/feature-table.ts";
import { listUsedTokens } from "../../features/logit-weights.ts";
import {
  type Actions,
  type FeatureAction,
  type FeatureAsResult,
  summariseActions,
  tellActions,
} from "../../interpret/actions.ts";
import { orderFeatures } from "../../interpret/choose-features.ts";
import { type PredictedTokens, predictTokens } from "../../interpret/predict-tokens.ts";
import { spellTokens } from "../../interpret/spell-tokens.ts";
import { countAllTokens } from "../../store/count-tokens.ts";
import { openFeaturePack } from "../../store/feature-pack.ts";
import { hashFile } from "../../store/stage-record.ts";
import { writeAtomically } from "../../store/write-atomically.ts";
import { spreadContexts } from "../../text/contexts.ts";
import { describeSource } from "../analysis-source.ts";
import { readTokenizer } from "../corpus-files.ts";
import { NEURONS } from "../dictionary-files.ts";
import type { RunEvent } from "../events.ts";
import { openHeldOutScan } from "../held-out-scan.ts";
import { showShare } from "../show-share.ts";
import type { Stage, StageContext } from "../stage.ts";

/** Random features looked at, beside those that stand for a proxy best. */
const SAMPLE = 60;
const CONTEXTS = 32;
const CONTEXTS_PER_PASS = 16;

/** Features as results of the text and as causes of what comes next, in one table. */
export const actionsStage: Stage = {
  name: "actions",
  needs: ["tokenize", "train-model", "train-dictionary", "features"],
  perDictionary: true,
  inputs: ({ experiment, paths, dictionaryName }) => ({
    seed: experiment.seed,
    site: experiment.dictionary.site,
    results: hashIfThere(paths.analysis("specificity-profiles", dictionaryName)),
  }),
  run: runActions,
};

function hashIfThere(path: string): string | null {
  return existsSync(path) ? hashFile(path) : null;
}

/** A feature that is looked at. */
interface Candidate {
  readonly record: FeatureRecord;
  readonly predicted: PredictedTokens;
  readonly result: FeatureAsResult | null;
}

async function* runActions(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, dictionaryName, experiment } = context;
  const { model, dictionary, site, text, scan } = openHeldOutScan(context);
  scan.release();
  const candidates = listCandidates(context, model.config.vocabularySize);
  const places = spreadContexts(text.contexts.length, Math.min(CONTEXTS, text.contexts.length));
  const contexts = places.map((place) => text.contexts[place]!);
  const pinned = candidates.filter(({ predicted }) => predicted.tokens > 0);
  const cases = pinned.map(({ record, predicted }) => ({
    feature: record.index,
    value: record.maximum,
    belongs: predicted.belongs,
  }));
  const options = {
    ...{ model, site, dictionary, stream: text.stream, contexts, batch: CONTEXTS_PER_PASS },
    ...{ endOfText: readTokenizer(paths).endOfText, seed: experiment.seed },
  };
  const positions = contexts.length * text.contextLength;
  const work = shareOf(measurePinnedProbability(options, cases), contexts.length);
  const effects = cases.length === 0 ? [] : yield* showShare(context, "actions", work, positions);
  const features = candidates.map((candidate) => describe(candidate, effects[pinned.indexOf(candidate)]));
  const found: Actions = { contexts: contexts.length, positions, summary: summariseActions(features), features };
  yield { kind: "note", stage: "actions", sentence: tellActions(found) };
  const file = paths.analysis("actions", dictionaryName);
  writeAtomically(file, JSON.stringify({ ...(await describeSource(context, dictionary, text.stream)), ...found }));
  return [file];
}

/** The contexts done as a share of all. */
async function* shareOf<T>(work: AsyncGenerator<number, T>, total: number): AsyncGenerator<number, T> {
  let done = 0;
  return yield* mapShare(work, (contexts) => {
    done += contexts;
    return done / total;
  });
}

function describe({ record, predicted, result }: Candidate, effect: PinnedEffect | undefined): FeatureAction {
  const { rule, tokens } = predicted;
  return { feature: record.index, result, rule, tokens, effect: effect ?? null };
}

/** The features that stand for a proxy best, and a random sample of those that are neither dead nor ultralow. */
function listCandidates({ paths, dictionaryName }: StageContext, vocabularySize: number): Candidate[] {
  const tokenizer = readTokenizer(paths);
  const vocabulary = {
    size: vocabularySize,
    inUse: listUsedTokens(countAllTokens(paths, vocabularySize)),
    spell: (token: number) => spellTokens(tokenizer, [token])[0]!,
  };
  const results = readResults(paths.analysis("specificity-profiles", dictionaryName), dictionaryName === NEURONS);
  const pack = openFeaturePack(paths.dictionary(dictionaryName).pack);
  try {
    const order = orderFeatures(parseFeatureTable(pack.table()), pack.header.tokens, pack.header.seed);
    const chosen = new Set([...results.best, ...order.slice(0, SAMPLE)]);
    return [...chosen].map((feature) => {
      const record = parseFeatureRecord(pack.record(feature));
      return { record, predicted: predictTokens(record, vocabulary), result: results.of.get(feature) ?? null };
    });
  } finally {
    pack.close();
  }
}

/** For each feature the proxy it predicts best, and the best feature of each proxy. */
function readResults(path: string, ofNeurons: boolean) {
  const of = new Map<number, FeatureAsResult>();
  const best = new Set<number>();
  if (!existsSync(path)) return { of, best };
  const { profiles } = JSON.parse(readFileSync(path, "utf8")) as SpecificityProfiles;
  for (const { proxy, title, features, neurons } of profiles) {
    const matches = ofNeurons ? neurons : features;
    const first = matches.toSorted((a, b) => b.f1 - a.f1)[0];
    if (first !== undefined) best.add(first.index);
    for (const { index, precision, recall, f1 } of matches)
      if (f1 > (of.get(index)?.f1 ?? 0)) of.set(index, { proxy, title, precision, recall, f1 });
  }
  return { of, best };
}
