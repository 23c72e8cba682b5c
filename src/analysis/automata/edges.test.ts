import { expect, test } from "vitest";
import type { CodeBatch } from "../../features/scan-codes.ts";
import { jackknife } from "../../metrics/jackknife.ts";
import { createRandomStream } from "../../numerics/random.ts";
import { boundShare } from "../bounded-interval.ts";
import { createEdgeTokenCounter } from "./count-edge-tokens.ts";
import { createEdgeFollower } from "./follow-edges.ts";
import { raiseTokens } from "./raise-tokens.ts";
import { estimateRatio, type RatioSums } from "./ratio-estimate.ts";
import { createTokenSurveyor } from "./survey-tokens.ts";
import { createAutomatonWalker } from "./walk-automata.ts";
import { listWrittenEdges, type Writer } from "./written-edges.ts";

const [T, CONTEXTS, FEATURES, V] = [9, 14, 7, 11];
const ROWS = T * CONTEXTS;
const random = createRandomStream(3, "codes");
const tokens = Array.from({ length: ROWS }, (_, i) => random.integer(i, V - 1));
/** Dense activations [rows][features], from which everything is computed anew. */
const dense = tokens.map((token, row) =>
  Array.from({ length: FEATURES }, (_, feature) => {
    const fires = (token + feature) % 3 === 0 ? 0.7 : 0.15;
    const draw = random.uniform(1000 + row * FEATURES + feature);
    return draw < fires ? Math.fround(1 + draw) : 0;
  }),
);

function packBatches(contextsPerBatch: number): CodeBatch[] {
  return Array.from({ length: Math.ceil(CONTEXTS / contextsPerBatch) }, (_, batch) => {
    const firstContext = batch * contextsPerBatch;
    const contexts = Math.min(contextsPerBatch, CONTEXTS - firstContext);
    const rows = dense.slice(firstContext * T, (firstContext + contexts) * T);
    const active = rows.map((row) => [...row.keys()].filter((feature) => row[feature]! > 0));
    const rowStarts = new Uint32Array(rows.length + 1);
    active.forEach((list, row) => {
      rowStarts[row + 1] = rowStarts[row]! + list.length;
    });
    const features = Uint16Array.from(active.flat());
    const values = Float32Array.from(active.flatMap((list, row) => list.map((feature) => rows[row]![feature]!)));
    return { firstContext, contexts, rowStarts, features, values };
  });
}

const batches = packBatches(5);
const tokenAt = (place: number) => tokens[place]!;
const fires = (row: number, feature: number) => dense[row]![feature]! > 0;
const count = (holds: (row: number) => boolean) => dense.filter((_, row) => holds(row)).length;
const hasNext = (row: number) => (row + 1) % T !== 0;

function survey() {
  const truth = Uint8Array.from(tokens, (token) => Number(token < 4));
  const surveyor = createTokenSurveyor({
    ...{ features: FEATURES, vocabularySize: V, contextLength: T, tokenAt, classes: [truth] },
  });
  for (const batch of batches) surveyor.add(batch);
  return surveyor.finish();
}

test("the survey counts which features fire on which tokens", () => {
  const { pairs, occurrences, classes, activity, entries, squaredEntries } = survey();
  for (let token = 0; token < V; token++) {
    expect(occurrences[token]).toBe(count((row) => tokens[row] === token));
    const listed = Array.from({ length: pairs.starts[token + 1]! - pairs.starts[token]! }, (_, i) => {
      const at = pairs.starts[token]! + i;
      return [pairs.columns[at], pairs.counts[at]];
    });
    const wanted = Array.from({ length: FEATURES }, (_, feature) => [
      feature,
      count((row) => tokens[row] === token && fires(row, feature)),
    ]);
    expect(listed).toEqual(wanted.filter(([, times]) => times !== 0));
  }
  for (let feature = 0; feature < FEATURES; feature++) {
    expect(activity.firings[feature]).toBe(count((row) => fires(row, feature)));
    expect(classes[0]!.firings[feature]).toBe(count((row) => tokens[row]! < 4 && fires(row, feature)));
  }
  const active = dense.map((row) => row.filter((value) => value > 0).length);
  expect(entries).toBe(active.reduce((a, b) => a + b, 0));
  expect(squaredEntries).toBe(active.reduce((a, b) => a + b * b, 0));
});

test("a feature raises tokens by what it adds to the logarithms of their probabilities", () => {
  const weights = Float32Array.from({ length: V }, (_, token) => random.normal(5000 + token));
  const probabilities = Float64Array.from({ length: V }, (_, token) => (token === V - 1 ? 0 : (token + 1) / 55));
  const raised = raiseTokens(weights, probabilities, 2, 3);
  const tilted = Array.from(probabilities, (p, token) => p * Math.exp(2 * weights[token]!));
  const sum = tilted.reduce((a, b) => a + b, 0);
  const gains = tilted.map((value, token) => ({ token, weight: value / sum - probabilities[token]! }));
  const wanted = gains.filter(({ weight }) => weight > 0).sort((a, b) => b.weight - a.weight);
  expect(raised.map(({ token }) => token)).toEqual(wanted.slice(0, 3).map(({ token }) => token));
  raised.forEach(({ weight }, i) => {
    expect(weight).toBeCloseTo(wanted[i]!.weight, 12);
  });
  expect(raiseTokens(weights, probabilities, 0)).toEqual([]);
});

const writers: Writer[] = Array.from({ length: FEATURES }, (_, feature) => ({
  feature,
  raised: raiseTokens(
    Float32Array.from({ length: V }, (__, token) => random.normal(6000 + feature * V + token)),
    Float64Array.from({ length: V }, () => 1 / V),
    1.5,
  ),
}));

function listAllEdges(limit = FEATURES) {
  const { pairs, occurrences, activity } = survey();
  const rates = Float64Array.from(activity.firings, (firings) => firings / ROWS);
  const isTarget = Uint8Array.from({ length: FEATURES }, (_, feature) => Number(feature !== 2));
  return listWrittenEdges(writers, { pairs, occurrences, rates }, isTarget, limit);
}

test("an edge is written as strongly as raised tokens raise the rate of its target", () => {
  const written = (source: number, target: number) =>
    writers[source]!.raised.reduce((sum, { token, weight }) => {
      const times = count((row) => tokens[row] === token);
      if (times === 0) return sum;
      const rate = count((row) => tokens[row] === token && fires(row, target)) / times;
      return sum + weight * (rate - count((row) => fires(row, target)) / ROWS);
    }, 0);
  const all = Array.from({ length: FEATURES }, (_, source) =>
    Array.from({ length: FEATURES }, (__, target) => ({ source, target, value: written(source, target) }))
      .filter(({ target, value }) => target !== 2 && value > 0)
      .sort((a, b) => b.value - a.value),
  );
  for (const limit of [2, FEATURES]) {
    const wanted = all.flatMap((ofSource) => ofSource.slice(0, limit));
    const edges = listAllEdges(limit);
    expect([...edges.sources]).toEqual(wanted.map(({ source }) => source));
    expect([...edges.targets]).toEqual(wanted.map(({ target }) => target));
    wanted.forEach(({ value }, edge) => {
      expect(edges.written[edge]).toBeCloseTo(value, 12);
    });
  }
});

test("an edge is followed as often as its target fires on the token after its source, within a context", () => {
  const edges = listAllEdges();
  const follower = createEdgeFollower(edges, FEATURES, T);
  const listed = Array.from(edges.sources, (source, edge) => ({ source, target: edges.targets[edge]! }));
  const counter = createEdgeTokenCounter(listed, FEATURES, T, tokenAt);
  for (const batch of batches) {
    follower.add(batch);
    counter.add(batch);
  }
  for (const [edge, { source, target }] of listed.entries()) {
    const together = (row: number) => hasNext(row) && fires(row, source) && fires(row + 1, target);
    const x = count((row) => hasNext(row) && fires(row, source));
    const y = count(together);
    const found = follower.following(edge);
    expect(found.followed).toBeCloseTo(y / x, 12);
    const next = count((row) => hasNext(row) && fires(row + 1, target));
    expect(found.base).toBeCloseTo(next / (CONTEXTS * (T - 1)), 12);
    const values = dense.flatMap((_, row) => (together(row) ? [dense[row + 1]![target]!] : []));
    expect(found.activation).toBeCloseTo(values.reduce((a, b) => a + b, 0) / values.length, 6);
    const rarer = Math.min(...[source, target].map((feature) => count((row) => fires(row, feature))));
    expect(found.together).toBeCloseTo(count((row) => fires(row, source) && fires(row, target)) / rarer, 12);
    const contexts = Array.from({ length: CONTEXTS }, (_, c) => Array.from({ length: T }, (__, t) => c * T + t));
    expect(found.contexts).toBe(contexts.filter((rows) => rows.some(together)).length);
    const units = contexts.map((rows) => [
      rows.filter((row) => hasNext(row) && fires(row, source)).length,
      rows.filter(together).length,
    ]);
    const residuals = units.map(([ux, uy]) => uy! - (y / x) * ux!);
    const power = (p: number) => residuals.reduce((sum, residual) => sum + residual ** p, 0);
    const error = Math.sqrt((CONTEXTS / (CONTEXTS - 1)) * power(2)) / x;
    const degrees = Math.min(CONTEXTS - 1, power(2) ** 2 / power(4));
    const telling = units.filter(([ux]) => ux! > 0).length;
    const [low, high] = boundShare({ estimate: y / x, error, degrees }, telling);
    expect(found.interval[0]).toBeCloseTo(low, 9);
    expect(found.interval[1]).toBeCloseTo(high, 9);
    const byToken = new Map<number, number>();
    dense.forEach((_, row) => {
      if (together(row)) byToken.set(tokens[row + 1]!, (byToken.get(tokens[row + 1]!) ?? 0) + 1);
    });
    expect(new Map(counter.tokens(edge))).toEqual(byToken);
  }
});

test("walks are the longest stretches on which the states of an automaton fire in turn", () => {
  const automata = [[0], [1, 3], [0, 4, 5], [2, 3]];
  const walker = createAutomatonWalker(automata, FEATURES, T);
  for (const batch of batches) walker.add(batch);
  automata.forEach((states, automaton) => {
    const k = states.length;
    const lengthFrom = (row: number, phase: number) => {
      let length = 0;
      const end = (Math.floor(row / T) + 1) * T;
      while (row + length < end && fires(row + length, states[(phase + length) % k]!)) length++;
      return length;
    };
    const begins = (row: number, phase: number) => row % T === 0 || !fires(row - 1, states[(phase + k - 1) % k]!);
    const walks = dense.flatMap((_, row) =>
      states.flatMap((__, phase) => {
        const length = lengthFrom(row, phase);
        return begins(row, phase) && length > k ? [{ first: row, length }] : [];
      }),
    );
    const { walked, longest } = walker.walks(automaton);
    expect(walked).toBe(new Set(walks.map(({ first, length }) => first + length)).size);
    const bestOfContext = Map.groupBy(walks, ({ first }) => Math.floor(first / T));
    const lengths = [...bestOfContext.values()].map((list) => Math.max(...list.map(({ length }) => length)));
    expect(longest.map(({ length }) => length)).toEqual(lengths.sort((a, b) => b - a).slice(0, 3));
    for (const walk of longest) expect(walks).toContainEqual(walk);
  });
});

test("a ratio's error is the jackknife's where units are many", () => {
  const units = Array.from({ length: 400 }, (_, i) => {
    const x = random.integer(70_000 + i, 9);
    return Float64Array.of(x, Math.min(x, random.integer(80_000 + i, 6)));
  });
  const sum = (i: number, j: number) => units.reduce((total, [x, y]) => total + x! ** i * y! ** j, 0);
  const names = ["x", "y", "xx", "xy", "yy", "xxxx", "xxxy", "xxyy", "xyyy", "yyyy"] as const;
  const count = (name: string, letter: string) => name.split(letter).length - 1;
  const sums = Object.fromEntries(names.map((name) => [name, sum(count(name, "x"), count(name, "y"))]));
  const found = estimateRatio(sums as unknown as RatioSums, units.length);
  const wanted = jackknife(units, ([x, y]) => y! / x!);
  expect(found.estimate).toBeCloseTo(wanted.estimate, 12);
  expect(found.error / wanted.error).toBeCloseTo(1, 2);
  expect(found.degrees / wanted.degrees).toBeCloseTo(1, 1);
});
