import { chooseSettings, type FeatureMap, type MappedDictionary } from "../../analysis/feature-map.ts";
import { type DirectionMap, type MapProgress, mapDirections } from "../../analysis/map-directions.ts";
import type { Dictionary } from "../../autoencoder/dictionary.ts";
import { parseFeatureTable } from "../../features/feature-table.ts";
import { directPath, writeDirections } from "../../features/logit-weights.ts";
import type { Tensor } from "../../kernels/kernels.ts";
import { ULTRALOW_DENSITY } from "../../metrics/feature-density.ts";
import { parseSite } from "../../model/sites.ts";
import { UserError } from "../../numerics/user-error.ts";
import { hashArray } from "../../store/hash-array.ts";
import { readTokenStream } from "../../store/token-file.ts";
import { writeAtomically } from "../../store/write-atomically.ts";
import { describeSource } from "../analysis-source.ts";
import { NEURONS } from "../dictionary-files.ts";
import type { RunEvent } from "../events.ts";
import { readModel } from "../model-files.ts";
import { openRun } from "../open-run.ts";
import { Interrupted, type Stage, type StageContext } from "../stage.ts";

/** Where the directions of features lie in two dimensions, of one dictionary or of several together. */
export const mapStage: Stage = {
  name: "map",
  needs: ["tokenize", "train-model", "train-dictionary"],
  perDictionary: true,
  inputs: (context) => ({
    seed: context.experiment.seed,
    packs: listNames(context).map((name) => {
      const { dictionarySha256, files } = readPack(context, name);
      return { name, dictionarySha256, table: files["table.bin"].sha256 };
    }),
  }),
  run: runMap,
};

/** How much of the work each part is, as measured with 4,096 features. */
const PARTS = { neighbours: [0, 0.05], map: [0.05, 0.3], clusters: [0.35, 0.5], order: [0.85, 0.15] } as const;

const DECIMALS = 1e4;

async function* runMap(context: StageContext): AsyncGenerator<RunEvent, readonly string[]> {
  const subjects = await Promise.all(listNames(context).map((name) => openSubject(context, name)));
  const settings = chooseSettings(subjects.length, context.experiment.seed);
  const work = mapDirections(context.kernels, await joinDirections(context, subjects), settings);
  let told = -1;
  for (;;) {
    const next = await work.next();
    if (next.done) {
      const map = describeMap(subjects, next.value, settings);
      yield { kind: "note", stage: "map", sentence: summarise(map) };
      return writeMap(context, subjects[0]!.dictionary, map);
    }
    if (context.signal.aborted) throw new Interrupted("stopped while drawing the map; the same command begins it anew");
    const done = findPercent(next.value);
    if (done > told) yield { kind: "progress", stage: "map", done, total: 100, unit: "%" };
    told = done;
  }
}

/** One dictionary with the features of it that are mapped. */
interface Subject {
  readonly mapped: MappedDictionary;
  readonly dictionary: Dictionary;
  readonly directions: Tensor; // [features, width]
  readonly chosen: Int32Array;
  readonly densities: readonly number[];
}

function listNames({ dictionaryName, others = [] }: StageContext): readonly string[] {
  return [...new Set([dictionaryName, ...others])];
}

function readPack({ paths }: StageContext, name: string) {
  const pack = openRun(paths.root).featurePack(name);
  try {
    return { ...pack.header, table: parseFeatureTable(pack.table()) };
  } finally {
    pack.close();
  }
}

async function openSubject(context: StageContext, name: string): Promise<Subject> {
  const { kernels, paths } = context;
  const dictionary = openRun(paths.root).dictionary(kernels, name);
  const pack = readPack(context, name);
  const dictionarySha256 = hashArray(await kernels.read(dictionary.directions));
  if (pack.dictionarySha256 !== dictionarySha256)
    throw new UserError(
      `the pages of ${name}'s features are of other weights than ${name} has now: run monosem features --run ${paths.root} --dictionary ${name} first`,
    );
  const densities = Array.from(pack.table.firings, (firings) => firings / pack.tokens);
  const chosen = Int32Array.from(densities.keys()).filter((feature) => densities[feature]! >= ULTRALOW_DENSITY);
  const dead = densities.filter((density) => density === 0).length;
  const features = dictionary.features;
  if (chosen.length === 0)
    throw new UserError(
      `${name} of ${paths.root} has no feature to map: ${dead} are dead and ${features - dead} ultralow`,
    );
  return {
    mapped: { name, dictionarySha256, features, dead, ultralow: features - dead - chosen.length },
    dictionary,
    directions: name === NEURONS ? writeNeurons(context, dictionary) : dictionary.directions,
    chosen,
    densities: [...chosen].map((feature) => Number(densities[feature]!.toPrecision(3))),
  };
}

/** What neurons write to the residual stream: their own directions are at right angles to one another. */
function writeNeurons({ paths, kernels, experiment }: StageContext, neurons: Dictionary): Tensor {
  const model = readModel(paths, kernels);
  const { name } = parseSite(experiment.dictionary.site, model.config);
  const path = directPath(model, name);
  if (path === null || path === "itself")
    throw new UserError(
      `the neurons at ${name} have no output weights, and their own directions are all at right angles: map a dictionary, e.g. --dictionary main`,
    );
  return writeDirections(model, path, neurons.directions);
}

async function joinDirections({ kernels, paths }: StageContext, subjects: readonly Subject[]): Promise<Tensor> {
  const width = subjects[0]!.directions.shape[1]!;
  const other = subjects.find(({ directions }) => directions.shape[1] !== width);
  const neurons = subjects.length > 1 && subjects.find(({ mapped }) => mapped.name === NEURONS);
  if (neurons || other !== undefined)
    throw new UserError(
      `${(neurons || other)!.mapped.name} of ${paths.root} has directions in another space than ${subjects[0]!.mapped.name}: map each by itself`,
      2,
    );
  const all = kernels.create([subjects.reduce((sum, { chosen }) => sum + chosen.length, 0), width]);
  let first = 0;
  for (const { directions, chosen } of subjects) {
    const rows = kernels.upload(chosen, [chosen.length]);
    kernels.gatherRows(kernels.rows(all, first, chosen.length), directions, rows);
    kernels.release(rows);
    first += chosen.length;
  }
  return all;
}

function describeMap(subjects: readonly Subject[], map: DirectionMap, settings: FeatureMap["settings"]): FeatureMap {
  const round = (value: number) => Math.round(value * DECIMALS) / DECIMALS;
  return {
    dictionaries: subjects.map(({ mapped }) => mapped),
    directions: subjects[0]!.mapped.name === NEURONS ? "output weights" : "decoder",
    settings,
    dictionary: subjects.flatMap(({ chosen }, index) => Array<number>(chosen.length).fill(index)),
    feature: subjects.flatMap(({ chosen }) => [...chosen]),
    x: Array.from(map.clusters, (_, point) => round(map.places[2 * point]!)),
    y: Array.from(map.clusters, (_, point) => round(map.places[2 * point + 1]!)),
    cluster: [...map.clusters],
    density: subjects.flatMap(({ densities }) => densities),
    order: map.order,
    medoids: map.medoids,
  };
}

async function writeMap(context: StageContext, dictionary: Dictionary, map: FeatureMap): Promise<readonly string[]> {
  const { vocabularySize } = openRun(context.paths.root).tokenizer();
  const source = await describeSource(context, dictionary, readTokenStream(context.paths, "valid", vocabularySize));
  const path = context.paths.analysis("map", context.dictionaryName);
  writeAtomically(path, JSON.stringify({ ...source, ...map }));
  return [path];
}

function findPercent({ part, share }: MapProgress): number {
  const [from, weight] = PARTS[part];
  return Math.floor(100 * (from + weight * share));
}

function summarise({ dictionaries, feature, medoids, cluster }: FeatureMap): string {
  const left = dictionaries.map(({ dead, ultralow }) => dead + ultralow).reduce((a, b) => a + b, 0);
  const clustered = cluster.filter((of) => of >= 0).length;
  return `${feature.length} features in ${medoids.length} clusters and ${feature.length - clustered} by themselves; ${left} dead or ultralow ones are not on the map`;
}
