import { expect, test } from "vitest";
import { encodePlainly } from "../../test/support/plain-codes.ts";
import {
  createRepetitiveText,
  createTinyDictionary,
  createTinyTransformer,
} from "../../test/support/tiny-feature-model.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { estimateMedian } from "../numerics/median-interval.ts";
import { wilsonInterval } from "../numerics/wilson-interval.ts";
import { measureSplitting } from "./measure-splitting.ts";
import type { Splitting } from "./splitting.ts";

const kernels = createReferenceKernels("float64");
const model = createTinyTransformer(kernels);
const { contextLength: T, vocabularySize: V, dMlp } = model.config;
const site = "blocks.1.mlp.hook_post";
const CONTEXTS = 40;
const THRESHOLD = 0.6;
const stream = createRepetitiveText(CONTEXTS, T, V);
const contexts = Int32Array.from({ length: CONTEXTS }, (_, i) => i);
const made = [14, 25, 40].map((features) => createTinyDictionary(kernels, features, dMlp));
const dictionaries = made.map(({ dictionary }, index) => ({ name: `size-${index}`, sha256: `${index}`, dictionary }));
const codes = made.map(({ weights }) => encodePlainly(model, weights, { site, stream, contexts }));
const chosen = codes[2]!.findIndex((own) => own.filter((value) => value > 0).length >= 40);
/** Every third token, and those on which a feature of the last dictionary fires. */
const truths = [
  Uint8Array.from({ length: CONTEXTS * T }, (_, token) => Number(token % 3 === 0)),
  Uint8Array.from(codes[2]![chosen]!, (value) => Number(value > 0)),
];
const concepts = truths.map((truth, index) => ({ proxy: `p${index}`, title: `Proxy ${index}`, truth }));
const options = { model, site, dictionaries, stream, contexts, batch: 8, threshold: THRESHOLD, concepts } as const;

async function measure(): Promise<Splitting> {
  const work = measureSplitting(options);
  for (let last = 0; ; ) {
    const next = await work.next();
    if (next.done) {
      expect(last).toBeCloseTo(1, 9);
      return next.value;
    }
    expect(next.value).toBeGreaterThanOrEqual(last);
    last = next.value;
  }
}

function cosine(a: readonly number[], b: readonly number[], mask: readonly number[]): number {
  const on = [...mask.keys()].filter((token) => mask[token]! > 0);
  const dot = (x: readonly number[], y: readonly number[]) => on.reduce((sum, t) => sum + x[t]! * y[t]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)) || 0;
}

function linkPlainly(coarse: readonly number[][], fine: readonly number[][], threshold = THRESHOLD) {
  return coarse.flatMap((a, i) =>
    fine.flatMap((b, j) => {
      const [onCoarse, onFine] = [cosine(a, b, a), cosine(a, b, b)];
      return Math.max(onCoarse, onFine) > threshold ? [{ i, j, onCoarse, onFine }] : [];
    }),
  );
}

function countEnds(level: readonly number[][], ends: readonly number[]) {
  return level.map((own, feature) =>
    own.some((value) => value > 0) ? ends.filter((end) => end === feature).length : -1,
  );
}

function shareOf(counts: readonly number[]) {
  const alive = counts.filter((count) => count >= 0);
  const count = alive.filter((partners) => partners > 0).length;
  return { count, total: alive.length, interval: wilsonInterval(count / alive.length, alive.length) };
}

test("edges, shares and chance are those of the definition, level by level, at every threshold", async () => {
  const splitting = await measure();
  expect(splitting).toMatchObject({ tokens: CONTEXTS * T, threshold: THRESHOLD });
  expect(splitting.levels.map(({ features, dead }) => [features, dead])).toEqual(
    codes.map((level) => [level.length, level.filter((own) => own.every((value) => value === 0)).length]),
  );
  const half = (CONTEXTS / 2) * T;
  for (const [index, link] of splitting.links.entries()) {
    const [coarse, fine] = [codes[index]!, codes[index + 1]!];
    const shifted = fine.map((own) => [...own.slice(half), ...own.slice(0, half)]);
    expect(link.statistics.map(({ threshold }) => threshold)).toEqual([0.6, 0.7, 0.8, 0.9]);
    for (const { threshold, edges: count, children, parents, chance } of link.statistics) {
      const edges = linkPlainly(coarse, fine, threshold);
      const byChance = linkPlainly(coarse, shifted, threshold);
      expect([count, chance.edges]).toEqual([edges.length, byChance.length]);
      const ofCoarse = countEnds(
        coarse,
        edges.map(({ i }) => i),
      );
      const ofFine = countEnds(
        fine,
        edges.map(({ j }) => j),
      );
      expect([children!.withAny, parents!.withAny]).toEqual([shareOf(ofCoarse), shareOf(ofFine)]);
      expect(parents!.median).toEqual(estimateMedian(ofFine.filter((parent) => parent >= 0)));
      expect(chance.parents).toEqual(
        shareOf(
          countEnds(
            fine,
            byChance.map(({ j }) => j),
          ),
        ),
      );
      expect(chance.children).toEqual(
        shareOf(
          countEnds(
            coarse,
            byChance.map(({ i }) => i),
          ),
        ),
      );
      if (threshold > THRESHOLD) continue;
      expect(edges.length).toBeGreaterThan(4);
      expect([link.childCounts, link.parentCounts]).toEqual([ofCoarse, ofFine]);
    }
  }
});

test("of the edges those are kept that are among the strongest of either end", async () => {
  const { links } = await measure();
  const [coarse, fine] = [codes[1]!, codes[2]!];
  const all = linkPlainly(coarse, fine).map((edge) => ({ ...edge, weight: Math.max(edge.onCoarse, edge.onFine) }));
  const rank = (edge: (typeof all)[number], end: "i" | "j") =>
    all.filter((other) => other[end] === edge[end] && other.weight > edge.weight).length;
  const kept = all.filter((edge) => rank(edge, "i") < 32 || rank(edge, "j") < 8);
  expect(links[1]!.edges.coarse).toEqual(kept.map(({ i }) => i));
  expect(links[1]!.edges.fine).toEqual(kept.map(({ j }) => j));
  for (const [edge, { onCoarse, onFine }] of kept.entries()) {
    expect(Math.abs(links[1]!.edges.onCoarse[edge]! - onCoarse)).toBeLessThan(0.00051);
    expect(Math.abs(links[1]!.edges.onFine[edge]! - onFine)).toBeLessThan(0.00051);
  }
});

test("a concept's features are those that fire mostly on it, in every level", async () => {
  const splitting = await measure();
  for (const [index, { positives, features }] of splitting.concepts.entries()) {
    const truth = truths[index]!;
    expect(positives).toBe(truth.reduce((a, b) => a + b, 0));
    for (const [level, found] of features.entries()) {
      const precision = codes[level]!.map((own) => {
        const on = [...own.keys()].filter((token) => own[token]! > 0);
        return on.length >= 20 ? on.filter((token) => truth[token] === 1).length / on.length : 0;
      });
      const expected = [...precision.keys()].filter((feature) => precision[feature]! >= 0.5);
      expect([...found].sort((a, b) => a - b)).toEqual(expected);
      for (const [place, feature] of found.entries())
        if (place > 0) expect(precision[feature]).toBeLessThanOrEqual(precision[found[place - 1]!]!);
    }
  }
  expect(splitting.concepts[1]!.features[2]).toContain(chosen);
});

test("one dictionary alone is a graph without links", async () => {
  const work = measureSplitting({ ...options, dictionaries: dictionaries.slice(0, 1), concepts: [] });
  for (;;) {
    const next = await work.next();
    if (!next.done) continue;
    expect(next.value).toMatchObject({ links: [], concepts: [] });
    expect(next.value.levels).toHaveLength(1);
    return;
  }
});
