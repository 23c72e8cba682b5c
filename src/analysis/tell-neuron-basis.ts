import type { NeuronBasis } from "./neuron-basis.ts";

/** What was found of a dictionary's directions, in a sentence or three. */
export function tellNeuronBasis({ live, baseline, width, outputRank, expectedNullShare }: NeuronBasis): string {
  if (live.directions === 0) return "No feature fires often enough to be counted.";
  const { kinds, directions } = live;
  const sentences = [
    `Of ${directions} features that are neither dead nor ultralow ${percent(kinds["1-sparse"] / directions)} lie along one neuron, ${percent(kinds["10-sparse"] / directions)} along some ten, ${percent(kinds.dense / directions)} are dense`,
  ];
  if (live.kurtosis !== null && baseline.kurtosis !== null)
    sentences.push(
      `the entries of the median direction have an excess kurtosis of ${signed(live.kurtosis.median)}, random directions ${signed(baseline.kurtosis.median)}`,
    );
  if (live.nullShare !== null && expectedNullShare !== null)
    sentences.push(
      `${percent(live.nullShare.median)} of it lies where the output matrix (rank ${outputRank} of ${width}) does not read, of random ones ${percent(expectedNullShare)}`,
    );
  if (live.topTokenShare !== null)
    sentences.push(`the median feature has ${percent(live.topTokenShare.median)} of its large firings on one token`);
  return `${sentences.join("; ")}.`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
