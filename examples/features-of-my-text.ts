// The features active on each token of a sentence: node examples/features-of-my-text.ts [RUN [TEXT]] (a small run is made without one).
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeText, openRun, readPreset, resolveExperiment, runExperiment, STAGE_NAMES, selectKernels } from "monosem";

const temporary = mkdtempSync(join(tmpdir(), "monosem-example-"));
const [directory = await makeSmallRun(temporary), text = "Permission is hereby granted, 12 times."] =
  process.argv.slice(2);

const run = openRun(directory);
const kernels = await selectKernels();
const model = run.model(kernels);
const options = { model, tokenizer: run.tokenizer(), dictionary: run.dictionary(kernels), site: run.site().name };
for (const { text: token, features } of await encodeText(text, options)) {
  const top = features.slice(0, 3).map(({ feature, activation }) => `${feature} (${activation.toFixed(2)})`);
  console.log(`${JSON.stringify(token).padEnd(16)} ${top.join(", ")}`);
}
rmSync(temporary, { recursive: true });

async function makeSmallRun(folder: string): Promise<string> {
  const smaller = ["corpus.builtinBytes=300000", "training.tokens=60000", "dictionary.activations=50000"];
  const experiment = resolveExperiment(readPreset("tiny"), smaller, "preset tiny");
  const stages = STAGE_NAMES.slice(0, 4);
  const request = { directory: folder, experiment, stages, dictionaryName: "main", backend: "auto" } as const;
  for await (const _event of runExperiment(request, new AbortController().signal));
  return folder;
}
