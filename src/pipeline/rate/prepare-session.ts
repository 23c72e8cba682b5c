import { resolve } from "node:path";
import { type FeatureRecord, parseFeatureRecord } from "../../features/feature-record.ts";
import { parseFeatureTable } from "../../features/feature-table.ts";
import { orderFeatures } from "../../interpret/choose-features.ts";
import { canBeRated, type PlannedUnit, planUnits, type RatingSource } from "../../interpret/rating-units.ts";
import { UserError } from "../../numerics/user-error.ts";
import type { FeaturePack } from "../../store/feature-pack.ts";
import { openRatings } from "../../store/ratings.ts";
import { nameRun, runPaths } from "../../store/run-directory.ts";
import { NEURONS } from "../dictionary-files.ts";
import { openRun } from "../open-run.ts";

/** What is to be rated. */
export interface RatingRequest {
  readonly directory: string;
  readonly session: string;
  readonly dictionary: string;
  /** A run whose model's weights were shuffled; as many of its features are rated too. */
  readonly control: string | undefined;
  /** Features, and as many neurons. */
  readonly features: number;
  /** Intervals of each that are scored. */
  readonly intervals: number;
  readonly seed: number;
}

/** Draws the units of a session, mixes them and keeps the session; returns them. */
export function prepareSession(request: RatingRequest, now: string): readonly PlannedUnit[] {
  const { directory, dictionary, control, features, intervals, seed } = request;
  const wanted: (Omit<RatingSource, "dictionarySha256"> & { readonly directory: string })[] = [
    { directory, kind: "feature", run: null, dictionary },
    { directory, kind: "neuron", run: null, dictionary: NEURONS },
    ...(control === undefined
      ? []
      : [{ directory: control, kind: "control" as const, run: nameRun(control), dictionary }]),
  ];
  if (dictionary === NEURONS)
    throw new UserError(
      "--dictionary neurons: neurons are rated beside the features of a dictionary, wanted its name",
      2,
    );
  if (control !== undefined && resolve(control) === resolve(directory))
    throw new UserError("--control is the run itself, wanted one made with monosem run --control shuffled-weights", 2);
  const pools = wanted.map(({ directory: from, ...source }) => drawPool(from, source, features, seed));
  const [first] = pools;
  const other = pools.find(({ tokensSha256 }) => tokensSha256 !== first!.tokensSha256);
  if (other !== undefined)
    throw new UserError(
      `${other.source.run ?? other.source.dictionary} was looked at on other text than ${dictionary}: both must be of the same held-out tokens`,
    );
  const units = planUnits(pools, intervals, seed);
  const ratings = openRatings(runPaths(directory).ratings);
  try {
    ratings.create(request.session, units, now);
  } finally {
    ratings.close();
  }
  return units;
}

interface Pool {
  readonly source: RatingSource;
  readonly records: readonly FeatureRecord[];
  readonly tokensSha256: string;
}

function drawPool(
  directory: string,
  source: Omit<RatingSource, "dictionarySha256">,
  count: number,
  seed: number,
): Pool {
  const pack = openRun(directory).featurePack(source.dictionary);
  try {
    const { dictionarySha256, tokensSha256, partial } = pack.header;
    if (partial)
      throw new UserError(
        `the feature pages of ${source.dictionary} are a first look from a checkpoint: finish them with monosem features --run ${directory} --dictionary ${source.dictionary}`,
      );
    const records = drawRecords(pack, count, seed);
    if (records.length < count)
      throw new UserError(
        `${source.dictionary} of ${directory} has ${records.length} that can be rated, got --features ${count}: they are neither dead nor ultralow, have examples and make some token likelier`,
      );
    return { source: { ...source, dictionarySha256 }, records, tokensSha256 };
  } finally {
    pack.close();
  }
}

function drawRecords(pack: FeaturePack, count: number, seed: number): FeatureRecord[] {
  const records: FeatureRecord[] = [];
  for (const feature of orderFeatures(parseFeatureTable(pack.table()), pack.header.tokens, seed)) {
    if (records.length === count) break;
    const record = parseFeatureRecord(pack.record(feature));
    if (canBeRated(record)) records.push(record);
  }
  return records;
}
