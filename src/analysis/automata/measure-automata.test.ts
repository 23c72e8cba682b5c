import { expect, test } from "vitest";
import { createPlantedModel, createPlantedText } from "../../../test/support/planted-automaton.ts";
import { createNeuronDictionary } from "../../autoencoder/neuron-dictionary.ts";
import { createReferenceKernels } from "../../kernels/reference.ts";
import type { Automata } from "./automata.ts";
import { measureAutomata } from "./measure-automata.ts";
import type { MeasureAutomataOptions } from "./search.ts";

const T = 32;
const CONTEXTS = 120;
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
/** Two states in turn, and one that goes on by itself. */
const [A, B, LOOP] = [range(0, 3), range(3, 6), range(6, 10)];
const OTHERS = range(10, 40);
const NEURONS = [
  { reads: A, writes: B, gain: 3 },
  { reads: B, writes: A, gain: 3 },
  { reads: LOOP, writes: LOOP, gain: 3 },
  // Those that raise what no text has after them, or what nothing reads.
  { reads: range(10, 14), writes: LOOP, gain: 3 },
  { reads: range(14, 18), writes: range(30, 34), gain: 3 },
  { reads: range(18, 22), writes: A, gain: 1 },
];

const kernels = createReferenceKernels("float64");
const model = createPlantedModel(kernels, NEURONS, { vocabularySize: 40, contextLength: T });
const stream = createPlantedText([[A, B], [LOOP]], OTHERS, CONTEXTS * T + 1);
const tokenCounts = new Float64Array(40);
for (const token of stream.tokens) tokenCounts[token]! += 1;
const options: MeasureAutomataOptions = {
  model,
  dictionary: createNeuronDictionary(kernels, NEURONS.length),
  site: "blocks.0.mlp.hook_post",
  stream,
  contexts: Int32Array.from(range(0, CONTEXTS)),
  tokenCounts,
  classes: [{ name: "base64", truth: Uint8Array.from(stream.tokens, (token) => Number(LOOP.includes(token))) }],
  seed: 1,
  batch: 16,
};

async function measure(over: Partial<MeasureAutomataOptions> = {}): Promise<{ found: Automata; shares: number[] }> {
  const shares: number[] = [];
  const work = measureAutomata({ ...options, ...over });
  for (;;) {
    const next = await work.next();
    if (next.done) return { found: next.value, shares };
    shares.push(next.value);
  }
}

test("a planted two-state automaton and a self-loop are all that is found, with their tokens and walks", async () => {
  const { found, shares } = await measure();
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
  expect(new Set(found.automata.map(({ states }) => states.join()))).toEqual(new Set(["0,1", "2"]));
  expect(found.cycles.map(({ count }) => count)).toEqual([1, 1, 0, 0]);
  const [pair, loop] = [2, 1].map((length) => found.automata.find(({ states }) => states.length === length)!);
  expect(pair!.edges.map(({ source, target }) => [source, target])).toEqual([
    [0, 1],
    [1, 0],
  ]);
  expect(new Set(pair!.edges[0]!.tokens.filter(({ count }) => count > 0).map(({ token }) => token))).toEqual(
    new Set(B),
  );
  expect(pair!.edges[0]!.overRaised).toBe(1);
  expect(pair!.edges[0]!.together).toBe(0);
  expect(loop!.edges[0]!.together).toBe(1);
  const walk = loop!.walks[0]!;
  expect(walk.to - walk.from).toBe(loop!.longest);
  expect(walk.tokens.slice(walk.from, walk.to).every((token) => LOOP.includes(token))).toBe(true);
  expect(walk.activations[0]!.map((value) => value > 0)).toEqual(walk.tokens.map((token) => LOOP.includes(token)));
  const at = walk.context * T + walk.position;
  expect([...stream.tokens.subarray(at, at + walk.tokens.length)]).toEqual(walk.tokens);
});

test("an automaton that has a name is found by the tokens that its states fire on", async () => {
  const { found } = await measure();
  const base64 = found.named.find(({ name }) => name === "base64")!;
  expect(base64).toMatchObject({ found: true, best: { states: [2] }, classes: [{ features: 1 }] });
  expect(base64.classes[0]!.tokens).toBe(
    options.classes[0]!.truth.subarray(0, CONTEXTS * T).reduce((sum, one) => sum + one, 0),
  );
  const snake = found.named.find(({ name }) => name === "snake-case")!;
  expect(snake).toMatchObject({ found: false, best: null });
});

test("the same options give the same answer, whatever the size of a batch", async () => {
  const [one, other] = [await measure(), await measure({ batch: 7 })];
  expect(other.found).toEqual(one.found);
});

test("a site without a path to the logits is refused in a sentence", async () => {
  await expect(measure({ site: "blocks.0.mlp.hook_pre" })).rejects.toThrow(/hook_pre has none/);
});
