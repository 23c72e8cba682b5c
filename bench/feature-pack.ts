import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createDictionary } from "../src/autoencoder/top-k-dictionary.ts";
import { buildFeatureRecords, type FeatureSummary } from "../src/features/build-pack.ts";
import { renderFeatureRecord } from "../src/features/feature-record.ts";
import { type Dictionary, type Kernels, openRun } from "../src/index.ts";
import { createNativeKernels } from "../src/kernels/native.ts";
import { createRandomStream } from "../src/numerics/random.ts";

/**
 * `npm run bench -- feature-pack --run DIR [--dictionary main] [--tokens 2000000] [--features N] [--threads 2] [--json]`: all
 * features of a run's dictionary described from its training text, records rendered and thrown away. With `--features` the
 * dictionary is made up: top 32 of N random directions. Seconds by phase, of the clock and of all processors, bytes a feature, peak memory of the process.
 */
const { values } = parseArgs({
  options: {
    run: { type: "string" },
    dictionary: { type: "string", default: "main" },
    tokens: { type: "string", default: "2000000" },
    features: { type: "string" },
    threads: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

await main(values.run);

async function main(directory: string | undefined): Promise<void> {
  if (directory === undefined) throw new Error("feature-pack wants --run DIR, a run with a model and a dictionary");
  const kernels = createNativeKernels({ ...(values.threads !== undefined && { threads: Number(values.threads) }) });
  const run = openRun(directory);
  const model = run.model(kernels);
  const site = run.site(values.dictionary);
  const stream = run.text("train");
  const tokenCounts = new Float64Array(model.config.vocabularySize);
  for (const token of stream.tokens) tokenCounts[token]!++;
  const dictionary =
    values.features === undefined
      ? run.dictionary(kernels, values.dictionary)
      : makeUpDictionary(kernels, Number(values.features), site.width);
  const contexts = Math.ceil(Number(values.tokens) / model.config.contextLength);
  const options = { model, dictionary, site: site.name, stream, contexts, seed: 1, tokenCounts };
  const [seconds, processor] = [new Map<string, number>(), new Map<string, number>()];
  const start = performance.now();
  let last = start;
  let lastUsed = processorSeconds();
  let bytes = 0;
  let summary: FeatureSummary;
  for (const events = buildFeatureRecords(options); ; ) {
    const next = await events.next();
    if (next.done === true) {
      summary = next.value;
      break;
    }
    if (next.value.kind === "record") bytes += renderFeatureRecord(next.value.record).byteLength;
    else {
      const { phase } = next.value;
      const [now, used] = [performance.now(), processorSeconds()];
      seconds.set(phase, (seconds.get(phase) ?? 0) + (now - last) / 1000);
      processor.set(phase, (processor.get(phase) ?? 0) + used - lastUsed);
      [last, lastUsed] = [now, used];
    }
  }
  report({
    name: "feature-pack",
    seconds: round((performance.now() - start) / 1000),
    phases: roundAll(seconds),
    processorSeconds: round(processorSeconds()),
    processorPhases: roundAll(processor),
    features: dictionary.features,
    tokens: summary.tokens,
    correlationTokens: summary.correlationTokens,
    l0: round(summary.table.firings.reduce((sum, count) => sum + count, 0) / summary.tokens),
    bytesPerFeature: Math.round(bytes / dictionary.features),
    peakMegabytes: peakMemory(),
    threads: kernels.threads,
    level: kernels.level,
  });
}

/** 32 active features of random directions, so that any size has text to be found in. */
function makeUpDictionary(kernels: Kernels, features: number, width: number): Dictionary {
  const random = createRandomStream(1, "made-up dictionary");
  const block = Float32Array.from({ length: 2 ** 20 }, (_, i) => random.normal(i) / Math.sqrt(width));
  const shape = [features, width];
  const draw = (shift: number) =>
    Float32Array.from(
      { length: features * width },
      (_, i) => block[(i * 7 + shift + Math.floor(i / 65_521)) % 2 ** 20]!,
    );
  const directions = draw(0);
  const weights = {
    encoder: kernels.upload(directions, shape),
    encoderBias: kernels.create([features]),
    decoder: kernels.upload(directions, shape),
    decoderBias: kernels.create([width]),
  };
  return createDictionary(kernels, weights, { kind: "topk", k: 32 });
}

/** The process's largest resident memory in MB, where the system says it. */
function peakMemory(): number | null {
  try {
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))![1]) / 1024);
  } catch {
    return null;
  }
}

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function roundAll(numbers: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...numbers].map(([name, value]) => [name, round(value)]));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function report(result: Record<string, unknown>): void {
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else for (const [name, value] of Object.entries(result)) process.stdout.write(`${name} ${JSON.stringify(value)}\n`);
}
