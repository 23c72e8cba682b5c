import { expect, test } from "vitest";
import type { NeuronBasis } from "../../src/analysis/neuron-basis.ts";
import { listBasisRows, parseBasisView } from "./neuron-basis-view.ts";

const summary = { directions: 0, kinds: { "1-sparse": 0, "10-sparse": 0, dense: 0 } };
const medians = { kurtosis: null, nullShare: null, logitKurtosis: null, topTokenShare: null };
const basis: NeuronBasis = {
  ...{ tokens: 1_000_000, width: 8, outputRank: 2, expectedNullShare: 0.75, lowestDensity: 1e-5 },
  ...{ all: { ...summary, ...medians }, live: { ...summary, ...medians }, baseline: { ...summary, ...medians } },
  features: {
    topNeuron: [3, 1, 0, 7],
    topShare: [0.2, 0.9, 0.36, 0.5],
    nextShare: [0.1, 0.05, 0.2, 0.1],
    kurtosis: [1, 9, 4, 2],
    nullShare: [0.7, 0.1, 0.9, 0.5],
    logitKurtosis: [],
    firings: [500, 20, 0, 9],
    bigFirings: [100, 20, 0, 4],
    topToken: [6, 7, -1, 5],
    onTopToken: [50, 5, 0, 4],
  },
  baselineColumns: { topShare: [], nextShare: [], kurtosis: [], nullShare: [], logitKurtosis: [] },
};

const list = (query: string) =>
  listBasisRows(basis, parseBasisView(new URLSearchParams(query))).map(({ feature }) => feature);

test("features neither dead nor ultralow are listed by what is asked for, and all of them on request", () => {
  expect(list("")).toEqual([1, 0]);
  expect(list("of=all")).toEqual([1, 3, 2, 0]);
  expect(list("of=all&order=unread")).toEqual([2, 0, 3, 1]);
  expect(list("of=all&order=read")).toEqual([1, 3, 0, 2]);
  expect(list("of=all&order=token")).toEqual([3, 0, 1, 2]);
  expect(list("of=all&order=vocabulary")).toEqual([0, 1, 2, 3]);
  expect(list("order=nonsense")).toEqual([1, 0]);
});

test("a line says what the direction is and what is not known of it", () => {
  const rows = listBasisRows(basis, { of: "all", order: "neuron" });
  expect(rows[0]).toMatchObject({ feature: 1, kind: "1-sparse", topNeuron: 1, topTokenShare: 0.25 });
  expect(rows[2]).toMatchObject({ kind: "10-sparse", topToken: -1, topTokenShare: undefined });
  expect(rows[3]).toMatchObject({ kind: "dense", logitKurtosis: undefined });
});
