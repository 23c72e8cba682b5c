import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseFeatureRecord } from "../features/feature-record.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { type LiveSubject, listTokensInUse } from "../live/live-subject.ts";
import { UserError } from "../numerics/user-error.ts";
import { type FeaturePack, openFeaturePack } from "../store/feature-pack.ts";
import { runPaths } from "../store/run-directory.ts";
import { readSafetensors } from "../store/safetensors.ts";
import { openRun } from "./open-run.ts";

/** A run's model and one of its dictionaries, ready for live requests. Throws a `UserError` for what has not been made yet. */
export function openLive(directory: string, dictionary: string, kernels: Kernels): LiveSubject {
  const run = openRun(directory);
  const subject = {
    tokenizer: run.tokenizer(),
    model: run.model(kernels),
    dictionary: run.dictionary(kernels, dictionary),
    site: run.site(dictionary).name,
  };
  const header = readPack(directory, dictionary, (pack) => pack.header);
  const tokensInUse = listTokensInUse(subject.model.config.vocabularySize, header?.unusedTokens ?? []);
  return { ...subject, layerNormScale: header?.layerNormScale ?? null, tokensInUse };
}

/** The largest activation seen of a feature, on the text of its page or else of its evaluation. */
export function readMaximum(directory: string, dictionary: string, feature: number): number {
  const { densities } = runPaths(directory).dictionary(dictionary);
  const shown = readPack(directory, dictionary, (pack) => parseFeatureRecord(pack.record(feature)).maximum);
  if (shown !== undefined) return shown;
  if (existsSync(densities)) return Number(readSafetensors(densities).tensors.get("maxima")?.data[feature]);
  throw new UserError(
    `the largest activation of feature ${feature} is not known: run monosem evaluate --run ${directory} --dictionary ${dictionary}, or name a value to pin to`,
  );
}

/** Something of the feature pack; undefined where there is none that can be read, which no answer depends on. */
function readPack<T>(directory: string, dictionary: string, read: (pack: FeaturePack) => T): T | undefined {
  const folder = runPaths(directory).dictionary(dictionary).pack;
  if (!existsSync(join(folder, "current.json"))) return undefined;
  try {
    const pack = openFeaturePack(folder);
    const value = read(pack);
    pack.close();
    return value;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
