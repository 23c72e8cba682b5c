// A whole experiment in a temporary folder, from text to metrics: node examples/run-an-experiment.ts
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { headlineLossRecovered, openRun, readPreset, resolveExperiment, runInWorker, STAGE_NAMES } from "monosem";

const directory = mkdtempSync(join(tmpdir(), "monosem-example-"));
const smaller = ["corpus.builtinBytes=300000", "training.tokens=60000", "dictionary.activations=50000"];
const experiment = resolveExperiment(readPreset("tiny"), smaller, "preset tiny");
const request = { directory, experiment, stages: STAGE_NAMES, dictionaryName: "main", backend: "auto" } as const;

for await (const event of runInWorker(request, new AbortController().signal)) {
  if (event.kind === "note") console.log(`${event.stage}: ${event.sentence}`);
  if (event.kind === "stage-finished") console.log(`${event.stage}: done`);
}

const metrics = openRun(directory).metrics();
console.log(`${metrics.features} features, L0 ${metrics.l0.toFixed(1)}`);
console.log(`loss recovered ${headlineLossRecovered(metrics).toFixed(3)} on ${metrics.evaluationTokens} tokens`);
rmSync(directory, { recursive: true });
