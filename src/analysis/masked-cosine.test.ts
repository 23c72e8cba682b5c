import { expect, test } from "vitest";
import { scanDense } from "../../test/support/dense-codes.ts";
import { createRandomStream } from "../numerics/random.ts";
import { type CodedLevel, findSplittingEdges, measureLevelActivity } from "./masked-cosine.ts";

type Activations = readonly (readonly number[])[]; // [features][tokens]

async function finish<T>(work: AsyncGenerator<number, T>): Promise<T> {
  for (let last = 0; ; ) {
    const next = await work.next();
    if (next.done) return next.value;
    expect(next.value).toBeGreaterThanOrEqual(last);
    expect(next.value).toBeLessThanOrEqual(1);
    last = next.value;
  }
}

async function code(activations: Activations): Promise<CodedLevel> {
  const side = { scan: scanDense(activations), features: activations.length };
  return { ...side, activity: await finish(measureLevelActivity(side)) };
}

/** Activations that are exact in float32. */
function drawActivations(features: number, tokens: number, share: number, seed: number): number[][] {
  const random = createRandomStream(seed, "activations");
  return Array.from({ length: features }, (_, i) =>
    Array.from({ length: tokens }, (__, t) => {
      const draw = i * tokens + t;
      return random.uniform(draw) < share ? Math.fround(0.1 + random.uniform(1_000_000 + draw)) : 0;
    }),
  );
}

/** The definition (paper, appendix on feature splitting), token by token. */
function maskedCosine(a: readonly number[], b: readonly number[], mask: readonly number[]): number {
  const on = [...mask.keys()].filter((token) => mask[token]! > 0);
  const dot = (x: readonly number[], y: readonly number[]) => on.reduce((sum, t) => sum + x[t]! * y[t]!, 0);
  const norms = Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b));
  return norms === 0 ? 0 : dot(a, b) / norms;
}

function findPlainly(coarse: Activations, fine: Activations, threshold: number) {
  return coarse.flatMap((a, i) =>
    fine.flatMap((b, j) => {
      const [onCoarse, onFine] = [maskedCosine(a, b, a), maskedCosine(a, b, b)];
      return Math.max(onCoarse, onFine) > threshold ? [{ coarse: i, fine: j, onCoarse, onFine }] : [];
    }),
  );
}

test.each([0, 0.3, 0.4, 0.7])("edges above %d are those of the definition, in blocks as in one", async (threshold) => {
  const [a, b] = [drawActivations(11, 83, 0.3, 1), drawActivations(17, 83, 0.15, 2)];
  const expected = findPlainly(a, b, threshold);
  if (threshold === 0.4) expect(expected.length).toBeGreaterThan(5);
  for (const pairs of [2 ** 20, 3 * 17, 1]) {
    const edges = await finish(findSplittingEdges(await code(a), await code(b), threshold, pairs));
    expect([...edges.coarse]).toEqual(expected.map(({ coarse }) => coarse));
    expect([...edges.fine]).toEqual(expected.map(({ fine }) => fine));
    for (const [edge, { onCoarse, onFine }] of expected.entries()) {
      expect(edges.onCoarse[edge]).toBeCloseTo(onCoarse, 12);
      expect(edges.onFine[edge]).toBeCloseTo(onFine, 12);
    }
  }
});

test("a feature that is the union of others is linked with each of them, and with no other", async () => {
  const strengths = drawActivations(8, 600, 1, 3);
  // Fine feature j fires on the tokens of kind j; coarse 0 on kinds 0 to 4, coarse 1 on kinds 5 and 6, kind 7 is new.
  const kind = (token: number) => (token * 7) % 10;
  const fine = strengths.map((own, j) => own.map((value, token) => (kind(token) === j ? value : 0)));
  const union = (kinds: readonly number[]) =>
    fine[0]!.map((_, token) => (kinds.includes(kind(token)) ? strengths[kind(token)]![token]! * 2 : 0));
  const edges = await finish(
    findSplittingEdges(await code([union([0, 1, 2, 3, 4]), union([5, 6])]), await code(fine), 0.4),
  );
  expect(Array.from(edges.coarse, (coarse, edge) => [coarse, edges.fine[edge]])).toEqual([
    ...[0, 1, 2, 3, 4].map((j) => [0, j]),
    ...[5, 6].map((j) => [1, j]),
  ]);
  // Where the fine one fires both are the same up to a factor; where the coarse one does, a fifth of the mass is the child's.
  for (const onFine of edges.onFine) expect(onFine).toBeCloseTo(1, 6);
  expect(edges.onCoarse[0]).toBeLessThan(0.6);
});

test("features that are dead or ultralow take no part", async () => {
  const tokens = 300_000;
  const once = new Array<number>(tokens).fill(0).with(7, 1);
  const often = new Array<number>(tokens).fill(0).fill(1, 5, 9);
  const never = new Array<number>(tokens).fill(0);
  const level = async (activations: Activations) => {
    const side = { scan: scanDense(activations, 100_000), features: activations.length };
    return { ...side, activity: await finish(measureLevelActivity(side)) };
  };
  const [coarse, fine] = [await level([never, once, often]), await level([once, often])];
  expect([...coarse.activity.alive]).toEqual([2]);
  expect([...coarse.activity.firings]).toEqual([0, 1, 4]);
  const edges = await finish(findSplittingEdges(coarse, fine, 0.4));
  expect([[...edges.coarse], [...edges.fine]]).toEqual([[2], [1]]);
});

test("a level of which nothing takes part has no edges", async () => {
  const edges = await finish(findSplittingEdges(await code([[0, 0]]), await code([[1, 0]]), 0.4));
  expect(edges.coarse).toHaveLength(0);
});
