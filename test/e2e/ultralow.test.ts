import { readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NeuronBasis } from "../../src/analysis/neuron-basis.ts";
import { cosinesWith } from "../../src/analysis/row-bundle.ts";
import { findUltralow, type UltralowSubject } from "../../src/analysis/ultralow.ts";
import type { Ultralow } from "../../src/analysis/ultralow-result.ts";
import type { FoldedDictionary } from "../../src/autoencoder/fold-weights.ts";
import { type Actions, summariseActions } from "../../src/interpret/actions.ts";
import { readActivationStatistics } from "../../src/pipeline/activation-files.ts";
import {
  keepDictionary,
  readFoldedDictionary,
  readMetrics,
  writeEvaluation,
} from "../../src/pipeline/dictionary-files.ts";
import { readUltralowSubject } from "../../src/pipeline/ultralow-subject.ts";
import { runPaths } from "../../src/store/run-directory.ts";
import { writeJson } from "../../src/store/write-atomically.ts";
import { drawDirection, plantCluster } from "../support/planted-cluster.ts";
import { runMonosem } from "../support/run-monosem.ts";
import { createRunFolder, runStages } from "../support/small-run.ts";

const WIDTH = 32;
const run = createRunFolder("ultralow");
afterAll(() => rmSync(run, { recursive: true, force: true }));
const planted = plantCluster(60, drawDirection(WIDTH), 4);

/** Puts a made-up dictionary into a run, as learned and judged. */
function plant(name: string, { weights, counts, tokens }: UltralowSubject): void {
  const paths = runPaths(run).dictionary(name);
  const { dictionary } = JSON.parse(readFileSync(runPaths(run).config, "utf8")).experiment;
  writeJson(paths.config, { ...dictionary, features: counts.length });
  keepDictionary(paths, { weights, selection: { kind: "relu" } }, { step: 1, activations: 1 });
  const activity = { counts, tokens, maxima: new Float32Array(counts.length) };
  writeEvaluation(paths, { ...readMetrics(runPaths(run).dictionary("main")), features: counts.length }, activity);
}

beforeAll(async () => {
  const stages = ["tokenize", "train-model", "harvest", "train-dictionary", "evaluate", "neuron-basis"] as const;
  await runStages({ directory: run, stages, assignments: ["dictionary.l1=0.01"] });
  plant("planted", planted);
  plant("even", { ...planted, counts: planted.counts.map((_, i) => 2000 + 10 * (i % 7)) });
}, 120_000);

const read = <T>(name: "neuron-basis" | "ultralow", dictionary: string) =>
  JSON.parse(readFileSync(runPaths(run).analysis(name, dictionary), "utf8")) as T & { formatVersion: number };

test("directions are measured of learned features and of neurons, which lie along themselves", async () => {
  const learned = read<NeuronBasis>("neuron-basis", "main");
  expect(learned).toMatchObject({ formatVersion: 1, dictionary: "main", width: WIDTH, outputRank: 16 });
  expect(learned.features.topShare).toHaveLength(48);
  expect(learned.expectedNullShare).toBe(0.5);
  const { code, stdout, stderr } = await runMonosem([
    ...["analyse", "neuron-basis", "--run", run, "--dictionary", "neurons", "--json"],
  ]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toContain("100.0 % lie along one neuron");
  const neurons = read<NeuronBasis>("neuron-basis", "neurons");
  expect(neurons.features.topNeuron).toEqual(Array.from({ length: WIDTH }, (_, i) => i));
  expect(neurons.all.kinds).toEqual({ "1-sparse": WIDTH, "10-sparse": 0, dense: 0 });
});

test("the cluster of each dictionary of the run is held beside that of the one analysed", async () => {
  const { code, stdout, stderr } = await runMonosem(["analyse", "ultralow", "--run", run, "--json"]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(stdout).toContain("stand apart as a cluster of median density");
  const found = read<Ultralow>("ultralow", "main");
  expect(found).toMatchObject({ formatVersion: 1, width: WIDTH, removedDirectionOf: null });
  expect(found.elsewhere).toMatchObject([
    { dictionary: "even", chosenBy: "density", members: 0, cosine: null },
    { dictionary: "planted", chosenBy: "cluster", members: 15 },
  ]);
  expect(found.history.map(({ vectors }) => vectors)).toEqual([96, 192, 288, 384]);
  expect(found.features.member.reduce((sum, value) => sum + value, 0)).toBe(found.members.features);
  const again = await runMonosem(["analyse", "ultralow", "--run", run, "--with", "even", "--with", "planted"]);
  expect(again.stderr).toContain("ultralow: unchanged, skipped");
});

test("one command trains a dictionary without the direction of another's cluster, and compares the two", async () => {
  const { code, stderr } = await runMonosem([
    ...["analyse", "ultralow", "--run", run, "--dictionary", "main", "--orthogonal"],
  ]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const paths = runPaths(run);
  const [main, orthogonal] = ["main", "main-orthogonal"].map((name) => readFoldedDictionary(paths.dictionary(name)));
  const { direction } = findUltralow(readUltralowSubject(paths, "main"));
  const rows = Array.from({ length: 48 }, (_, row) => row);
  const cosines = ({ weights }: FoldedDictionary) => cosinesWith(weights.encoder.data, WIDTH, rows, direction!);
  expect(Math.max(...cosines(orthogonal!).map(Math.abs))).toBeLessThan(1e-6);
  expect(Math.max(...cosines(main!).map(Math.abs))).toBeGreaterThan(0.3);
  expect(read<Ultralow>("ultralow", "main-orthogonal").removedDirectionOf).toBe("main");
  const other = read<Ultralow>("ultralow", "main").elsewhere.find(({ dictionary }) => dictionary === "main-orthogonal");
  expect(other).toMatchObject({ removedDirectionOf: "main", features: 48 });
  expect(Math.abs(other!.cosine ?? 0)).toBeLessThan(1e-5);
});

test("activations that a dictionary reads without a direction are reconstructed with their mean along it", async () => {
  const paths = runPaths(run);
  const { direction } = findUltralow(readUltralowSubject(paths, "main"));
  const along = (vector: Float32Array) => vector.reduce((sum, value, i) => sum + value * direction![i]!, 0);
  const { mean } = readActivationStatistics(paths, "blocks.0.mlp.hook_post");
  const { decoder, decoderBias } = readFoldedDictionary(paths.dictionary("main-orthogonal")).weights;
  const learned = Math.max(...cosinesWith(decoder.data, WIDTH, [0, 5, 9], direction!).map(Math.abs));
  expect(learned).toBeLessThan(1);
  // Beside the mean of raw activations along the direction there is only what five steps of learning left there.
  expect(Math.abs(along(decoderBias.data) - along(mean))).toBeLessThan(0.5);
});

const analyse = (...args: string[]) => ["analyse", "ultralow", "--run", run, ...args];
const without = (name: string) => [
  ...["train-dictionary", "--run", run, "--dictionary", "other"],
  ...["--set", `dictionary.removeDirectionOf=${name}`],
];

test.each<[string, () => string[], RegExp]>([
  ["an analysis of neurons' encoders", () => analyse("--dictionary", "neurons"), /encoders of a dictionary .* neurons/],
  ["a comparison with nothing", () => analyse("--with", "nosuch"), /nosuch.*is missing: learn it with monosem/],
  ["training without nothing", () => without("nosuch"), /nosuch.*is missing: learn it with monosem/],
  ["training without itself", () => without("other"), /removeDirectionOf is other, the dictionary itself/],
  [
    "training without a cluster",
    () => without("even"),
    /even has no ultralow cluster: .* where two clusters are 4 and 1/,
  ],
  ["training without neurons", () => without("neurons"), /neurons have no encoder whose rows could point one way/],
])("%s is one clear sentence", async (_, args, sentence) => {
  const { stderr, code } = await runMonosem(args());
  expect(stderr).toMatch(sentence);
  expect(stderr).not.toMatch(/ at .*\.ts:/);
  expect(code).not.toBe(0);
});

test("features are held high, and what their rules predict is counted before and after", async () => {
  await runStages({ directory: run, stages: ["features"], assignments: ["dictionary.l1=0.01"] });
  const { code, stderr } = await runMonosem(["analyse", "actions", "--run", run, "--json"]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const found = JSON.parse(readFileSync(runPaths(run).analysis("actions", "main"), "utf8")) as Actions;
  expect(found.summary).toEqual(summariseActions(found.features));
  expect(found.features.length).toBeGreaterThan(10);
  for (const { effect, tokens } of found.features) {
    expect(effect === null).toBe(tokens === 0);
    if (effect === null) continue;
    expect(effect.before).toBeGreaterThan(0);
    for (const { change } of [effect.pinned, effect.control]) {
      expect(effect.before + change).toBeGreaterThanOrEqual(0);
      expect(effect.before + change).toBeLessThanOrEqual(1);
    }
  }
});
