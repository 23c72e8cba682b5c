import { UserError } from "../numerics/user-error.ts";
import { readWebAssets } from "../server/web-assets.ts";
import { exportFeature } from "../site/export-feature.ts";
import type { Command } from "./command.ts";

const MAXIMUM_FEATURES = 1000;

/** `monosem export-feature`: features as one file. */
export const exportFeatureCommand: Command = {
  summary: "write features as one HTML file that opens without a server",
  options: {
    run: { kind: "string", placeholder: "DIR", describe: "run directory" },
    dictionary: { kind: "string", placeholder: "NAME", describe: "which dictionary of the run", default: "main" },
    feature: { kind: "strings", placeholder: "N", describe: "number of a feature; may be repeated" },
    out: { kind: "string", placeholder: "FILE", describe: "file to write, such as feature.html" },
    json: { kind: "flag", describe: "one JSON object instead of a sentence" },
  },
  greedy: "feature",
  examples: ["monosem export-feature --run runs/demo --feature 17 42 --out features.html"],
  run: async (values) => {
    const run = values.string("run");
    const out = values.string("out");
    if (run === undefined || run === "") throw new UserError("--run DIR is missing: name the run directory", 2);
    if (out === undefined || out === "") throw new UserError("--out FILE is missing: name the file to write", 2);
    const features = parseFeatures(values.strings("feature"));
    const dictionary = values.string("dictionary")!;
    const file = await exportFeature({ run, out, dictionary, features, assets: readWebAssets() });
    const kilobytes = Math.ceil(file.bytes / 1000);
    const sentence = `${out}: ${features.length === 1 ? "1 feature" : `${features.length} features`}, ${kilobytes} kB`;
    process.stdout.write(`${values.flag("json") ? JSON.stringify(file) : sentence}\n`);
  },
};

function parseFeatures(texts: readonly string[]): number[] {
  if (texts.length === 0) throw new UserError("--feature N is missing: name at least one feature", 2);
  for (const text of texts)
    if (!/^\d{1,9}$/.test(text)) throw new UserError(`--feature is ${text}, wanted a number such as 17`, 2);
  const features = [...new Set(texts.map(Number))];
  if (features.length > MAXIMUM_FEATURES)
    throw new UserError(`${features.length} features are too many for one file, wanted at most ${MAXIMUM_FEATURES}`, 2);
  return features;
}
