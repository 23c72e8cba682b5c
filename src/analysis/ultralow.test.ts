import { expect, test } from "vitest";
import { drawDirection, plantCluster } from "../../test/support/planted-cluster.ts";
import { createRandomStream } from "../numerics/random.ts";
import { ALONG, cosinesWith, meanDirection, measureBundle } from "./row-bundle.ts";
import { compareClusters, describeGroup, findUltralow, type UltralowSubject } from "./ultralow.ts";
import { describeHistory, findFall } from "./ultralow-history.ts";
import { describeUltralow, tellUltralow } from "./ultralow-result.ts";

const WIDTH = 24;
const ORDINARY = 150;
const PLANTED = 50;
const FEATURES = ORDINARY + PLANTED;

const planted = drawDirection(WIDTH);
const plant = (seed: number, direction: Float32Array) => plantCluster(FEATURES, direction, seed);
const subject = plant(2, planted);
const found = findUltralow(subject);

/** Cosines of all pairs of rows, by the definition. */
function listCosines(matrix: Float32Array, rows: readonly number[]): number[] {
  const unit = rows.map((row) => {
    const values = Array.from(matrix.subarray(row * WIDTH, (row + 1) * WIDTH));
    const norm = Math.hypot(...values);
    return values.map((value) => value / norm);
  });
  return unit.flatMap((a, i) => unit.slice(i + 1).map((b) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)));
}

test("a planted cluster is found to a feature, with its direction", () => {
  expect(found.chosenBy).toBe("cluster");
  expect(found.members).toEqual(Array.from({ length: PLANTED }, (_, i) => 4 * i + 3));
  expect(cosinesWith(found.direction!, WIDTH, [0], planted)[0]).toBeGreaterThan(0.999);
  const [members, others] = [found.members, found.others].map((group) => describeGroup(subject, found, group));
  expect(members).toMatchObject({ features: PLANTED, encoder: { along: 1 } });
  expect(members!.encoder.toMean!.median).toBeGreaterThan(0.99);
  expect(Math.abs(members!.decoder.pairwise!)).toBeLessThan(0.05);
  expect(others).toMatchObject({ features: ORDINARY, dead: 0, encoder: { along: 0 } });
  expect(others!.alignment!.median).toBeGreaterThan(0.9);
  expect(Math.abs(members!.alignment!.median)).toBeLessThan(0.2);
  expect(members!.dead).toBe(found.members.filter((feature) => subject.counts[feature] === 0).length);
});

test("the product and the cosine of encoder and decoder row are those of their definitions", () => {
  const { encoder, decoder } = subject.weights;
  for (const row of [0, 3, 77, FEATURES - 1]) {
    const [e, d] = [encoder, decoder].map(({ data }) => Array.from(data.subarray(row * WIDTH, (row + 1) * WIDTH)));
    const product = e!.reduce((sum, value, i) => sum + value * d![i]!, 0);
    expect(found.product[row]).toBeCloseTo(product, 6);
    expect(found.alignment[row]).toBeCloseTo(product / Math.hypot(...e!) / Math.hypot(...d!), 6);
  }
});

test("how alike rows are is what all pairs of them say", () => {
  const matrix = subject.weights.encoder.data;
  const rows = [3, 7, 8, 9, 150, 151, 199];
  const pairs = listCosines(matrix, rows);
  const bundle = measureBundle(matrix, WIDTH, rows);
  expect(bundle.pairwise).toBeCloseTo(pairs.reduce((a, b) => a + b) / pairs.length, 6);
  const cosines = cosinesWith(matrix, WIDTH, rows, meanDirection(matrix, WIDTH, rows));
  expect(bundle.along).toBeCloseTo(cosines.filter((value) => value > ALONG).length / rows.length, 12);
  expect(measureBundle(new Float32Array(3 * WIDTH), WIDTH, [0, 1, 2])).toEqual({
    toMean: null,
    along: 0,
    pairwise: null,
  });
});

test("without a second group there is no cluster, and the rarest features are looked at", () => {
  const { counts, weights, tokens } = subject;
  const ordinary = Array.from({ length: FEATURES }, (_, i) => (i % 4 === 3 ? i - 1 : i));
  const pick = <T extends Float32Array>(data: T, width: number) =>
    Float32Array.from(ordinary.flatMap((row) => Array.from(data.subarray(row * width, (row + 1) * width))));
  const even: UltralowSubject = {
    tokens,
    counts: counts.map((_, i) => (i === 5 ? 3 : counts[ordinary[i]!]!)),
    weights: {
      ...weights,
      encoder: { ...weights.encoder, data: pick(weights.encoder.data, WIDTH) },
      decoder: { ...weights.decoder, data: pick(weights.decoder.data, WIDTH) },
      encoderBias: { ...weights.encoderBias, data: pick(weights.encoderBias.data, 1) },
    },
  };
  expect(findUltralow(even)).toMatchObject({ chosenBy: "density", members: [5], direction: null });
});

test("clusters of two dictionaries are compared by their directions", () => {
  const same = { dictionary: "again", subject: plant(5, planted), removedDirectionOf: null };
  expect(compareClusters(found, same)).toMatchObject({ dictionary: "again", members: PLANTED, chosenBy: "cluster" });
  expect(compareClusters(found, same).cosine).toBeGreaterThan(0.99);
  const rotated = planted.map((_, i) => (i % 2 === 0 ? planted[i + 1]! : -planted[i - 1]!));
  const other = { dictionary: "without", subject: plant(5, rotated), removedDirectionOf: "main" };
  expect(compareClusters(found, other)).toMatchObject({ removedDirectionOf: "main", encoder: { along: 1 } });
  expect(Math.abs(compareClusters(found, other).cosine!)).toBeLessThan(0.01);
});

test("the history says when the members fell, look by look", () => {
  const counts = (member: number, other: number) =>
    Int32Array.from({ length: FEATURES }, (_, row) => (row % 4 === 3 ? member : other));
  const looks = [
    { step: 10, vectors: 10_000, counts: counts(50, 40) },
    { step: 20, vectors: 10_000, counts: counts(0, 30) },
    { step: 30, vectors: 20_000, counts: counts(1, 200) },
  ];
  const history = describeHistory(looks, found);
  expect(history.map(({ vectors }) => vectors)).toEqual([10_000, 20_000, 40_000]);
  expect(history[0]!.members).toEqual({ logDensity: Math.log10(50 / 10_000), silent: 0, rare: 0 });
  expect(history[1]).toMatchObject({ silent: PLANTED / FEATURES, members: { silent: 1, rare: 1 } });
  expect(history[2]).toMatchObject({ window: 20_000, members: { silent: 0, rare: 1 }, others: { rare: 0 } });
  expect(history[2]!.others.logDensity).toBeCloseTo(-2, 12);
  expect(history[2]!.fractionBelow["1e-4"]).toBe(PLANTED / FEATURES);
  expect(findFall(history)).toBe(20_000);
  expect(findFall(history.slice(0, 1))).toBeNull();
});

test("the finding says in words whether there is a cluster, and whether it has a direction", () => {
  const firings = { tokens: 10, fired: 0, onTokens: 0, inputs: [] };
  const nothing = { firings, elsewhere: [], history: [], removedDirectionOf: null };
  const tell = (of: UltralowSubject) => tellUltralow(describeUltralow(of, findUltralow(of), nothing));
  expect(tell(subject)).toMatch(
    /^50 features \(25\.0 %\) stand apart as a cluster of median density .* one direction: /,
  );
  const even = { ...subject, counts: subject.counts.map((_, i) => 2000 + i) };
  expect(tell(even)).toMatch(/^There is no ultralow cluster: .* 0 features \(0\.0 %\) are below density 1e-4\.$/);
  const random = createRandomStream(8, "rows");
  const scattered = subject.weights.encoder.data.map((_, i) => random.normal(i));
  const weights = { ...subject.weights, encoder: { ...subject.weights.encoder, data: scattered } };
  expect(tell({ ...subject, weights })).toContain("Their encoder rows have no direction of their own");
});
