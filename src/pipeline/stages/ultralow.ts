import { findSharedInputs } from "../../analysis/shared-input.ts";
import { findUltralow } from "../../analysis/ultralow.ts";
import { describeHistory } from "../../analysis/ultralow-history.ts";
import { describeUltralow, tellUltralow } from "../../analysis/ultralow-result.ts";
import { readDensityHistory } from "../../store/density-history.ts";
import { listDictionaryNames } from "../../store/dictionary-names.ts";
import { hashFile } from "../../store/stage-record.ts";
import { writeAtomically } from "../../store/write-atomically.ts";
import { describeSource } from "../analysis-source.ts";
import { isJudged, NEURONS } from "../dictionary-files.ts";
import type { RunEvent } from "../events.ts";
import { openHeldOutScan } from "../held-out-scan.ts";
import { readDictionaryConfig } from "../run-config.ts";
import { showShare } from "../show-share.ts";
import type { Stage, StageContext } from "../stage.ts";
import { readUltralowSubject } from "../ultralow-subject.ts";

/** The cluster of features that hardly ever fire: whether there is one, its direction, its input, its history, and those of other dictionaries. */
export const ultralowStage: Stage = {
  name: "ultralow",
  needs: ["tokenize", "train-model", "train-dictionary", "evaluate"],
  perDictionary: true,
  inputs: (context) => ({
    tokens: context.experiment.analyses.tokens,
    site: context.experiment.dictionary.site,
    others: listOthers(context).map((name) => {
      const { weights, densities } = context.paths.dictionary(name);
      return [name, hashFile(weights), hashFile(densities)];
    }),
  }),
  run: runUltralow,
};

/** The dictionaries of the same site that are named, or all that were judged. */
function listOthers({ paths, dictionaryName, experiment, others }: StageContext): readonly string[] {
  for (const name of others ?? []) readUltralowSubject(paths, name);
  const all =
    others ?? listDictionaryNames(paths.root).filter((name) => name !== NEURONS && isJudged(paths.dictionary(name)));
  const { site } = experiment.dictionary;
  return all.filter((name) => name !== dictionaryName && readDictionaryConfig(paths.root, name).site === site);
}

async function* runUltralow(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const { paths, dictionaryName, experiment } = context;
  const subject = readUltralowSubject(paths, dictionaryName);
  const cluster = findUltralow(subject);
  const { dictionary, text, scan } = openHeldOutScan(context);
  try {
    const tokens = text.contexts.length * text.contextLength;
    const search = findSharedInputs(scan, text, dictionary.features, cluster.members);
    const found = describeUltralow(subject, cluster, {
      firings: yield* showShare(context, "ultralow", search, tokens),
      history: describeHistory(readDensityHistory(paths.dictionary(dictionaryName).densityHistory), cluster),
      removedDirectionOf: experiment.dictionary.removeDirectionOf ?? null,
      elsewhere: listOthers(context).map((name) => ({
        dictionary: name,
        subject: readUltralowSubject(paths, name),
        removedDirectionOf: readDictionaryConfig(paths.root, name).removeDirectionOf ?? null,
      })),
    });
    yield { kind: "note", stage: "ultralow", sentence: tellUltralow(found) };
    const file = paths.analysis("ultralow", dictionaryName);
    writeAtomically(file, JSON.stringify({ ...(await describeSource(context, dictionary, text.stream)), ...found }));
    return [file];
  } finally {
    scan.release();
  }
}
