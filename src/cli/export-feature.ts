import { UserError } from "../numerics/user-error.ts";
import { readWebAssets } from "../server/web-assets.ts";
import { type ChosenFeatures, exportFeature, type FeatureFile } from "../site/export-feature.ts";
import type { Command, OptionValues } from "./command.ts";
import { untilInterrupted } from "./follow-run.ts";

const MAXIMUM_FEATURES = 1000;

/** `monosem export-feature`: features as one file. */
export const exportFeatureCommand: Command = {
  summary: "write features as one HTML file that opens without a server",
  options: {
    run: { kind: "string", placeholder: "DIR", describe: "run directory" },
    dictionary: { kind: "string", placeholder: "NAME", describe: "which dictionary of the run", default: "main" },
    feature: { kind: "strings", placeholder: "N", describe: "number of a feature; may be repeated" },
    list: { kind: "integer", placeholder: "N", describe: "the features of this list of the run, with its notes" },
    out: { kind: "string", placeholder: "FILE", describe: "file to write, such as feature.html" },
    json: { kind: "flag", describe: "one JSON object instead of a sentence" },
  },
  greedy: "feature",
  examples: [
    "monosem export-feature --run runs/demo --feature 17 42 --out features.html",
    "monosem export-feature --run runs/demo --list 1 --out list.html",
  ],
  run: async (values) => {
    const run = values.string("run");
    const out = values.string("out");
    if (run === undefined || run === "") throw new UserError("--run DIR is missing: name the run directory", 2);
    if (out === undefined || out === "") throw new UserError("--out FILE is missing: name the file to write", 2);
    const request = { run, out, chosen: parseChosen(values), assets: readWebAssets() };
    await untilInterrupted(async (signal) => {
      const file = await exportFeature(request, signal);
      process.stdout.write(`${values.flag("json") ? JSON.stringify(file) : describeFile(file)}\n`);
    });
  },
};

function describeFile({ out, features, bytes }: FeatureFile): string {
  const count = features.length === 1 ? "1 feature" : `${features.length} features`;
  return `${out}: ${count}, ${Math.ceil(bytes / 1000)} kB`;
}

function parseChosen(values: OptionValues): ChosenFeatures {
  const list = values.integer("list");
  const features = values.strings("feature");
  if (list === undefined)
    return { kind: "features", dictionary: values.string("dictionary")!, features: parseFeatures(features) };
  if (features.length > 0) throw new UserError("--list and --feature are both given: leave one out", 2);
  return { kind: "list", list };
}

function parseFeatures(texts: readonly string[]): number[] {
  if (texts.length === 0)
    throw new UserError("--feature N is missing: name at least one feature, or a list with --list N", 2);
  for (const text of texts)
    if (!/^\d{1,9}$/.test(text)) throw new UserError(`--feature is ${text}, wanted a number such as 17`, 2);
  const features = [...new Set(texts.map(Number))];
  if (features.length > MAXIMUM_FEATURES)
    throw new UserError(`${features.length} features are too many for one file, wanted at most ${MAXIMUM_FEATURES}`, 2);
  return features;
}
