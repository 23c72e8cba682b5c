import { expect, test } from "vitest";
import { plainSteering } from "../../test/support/plain-live.ts";
import { plainLogSoftmax } from "../../test/support/plain-transformer.ts";
import { createTinySubject } from "../../test/support/tiny-live-subject.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { createRandomStream } from "../numerics/random.ts";
import { measurePinnedProbability, type PinnedCase } from "./pinned-probability.ts";

const tiny = createTinySubject();
const [T, CONTEXTS] = [tiny.plain.contextLength, 5];
const random = createRandomStream(4, "pinned probability");
const V = 270;
const tokens = Uint16Array.from({ length: T * CONTEXTS + 1 }, (_, i) => random.integer(i, V - 10));
const stream = { tokens, documentStarts: Uint32Array.of(0), documentLabels: [{}] };
const contexts = Int32Array.from({ length: CONTEXTS }, (_, i) => i);

function createCase(feature: number, value: number, wanted: (token: number) => boolean): PinnedCase {
  return { feature, value, belongs: Uint8Array.from({ length: vocabularySize }, (_, id) => Number(wanted(id))) };
}

const { model, site, dictionary, tokenizer } = tiny.create(createReferenceKernels());
const { vocabularySize } = model.config;
const CASES = [
  createCase(7, 3, (id) => id % 3 === 0),
  createCase(2, 1.5, (id) => id < 40),
  createCase(0, 2, () => true),
];

async function measure(cases = CASES, batch = 2, seed = 0) {
  const options = { model, site, dictionary, stream, contexts, batch, endOfText: tokenizer.endOfText, seed };
  const steps = measurePinnedProbability(options, cases);
  let done = 0;
  for (;;) {
    const next = await steps.next();
    if (next.done) {
      expect(done).toBe(CONTEXTS);
      return next.value;
    }
    done += next.value;
  }
}

/** The mean summed probability per context, by the plain model and the plain formula of pinning with the error kept. */
function measurePlainly({ belongs, feature, value }: PinnedCase, pinned: boolean): number[] {
  const change = plainSteering(tiny.plain, [{ kind: "pin", feature, value, span: null }], "keep");
  return Array.from(contexts, (context) => {
    const ids = [...tokens.subarray(context * T, (context + 1) * T)];
    const logits = tiny.plain.logits(ids, pinned ? tiny.plain.at(change) : undefined);
    const sum = logits.flatMap((row) =>
      plainLogSoftmax(row).map((log, id) => (id === tokenizer.endOfText || belongs[id] === 0 ? 0 : Math.exp(log))),
    );
    return sum.reduce((a, b) => a + b, 0) / T;
  });
}

test("the summed probability of tokens changes as the formula of pinning says, with the interval of a mean", async () => {
  const effects = await measure();
  for (const [k, effect] of effects.entries()) {
    const [before, after] = [measurePlainly(CASES[k]!, false), measurePlainly(CASES[k]!, true)];
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / CONTEXTS;
    const changes = after.map((value, i) => value - before[i]!);
    // The jackknife of a mean is its standard error.
    const squares = changes.reduce((sum, value) => sum + (value - mean(changes)) ** 2, 0);
    const half = 1.959964 * Math.sqrt(squares / (CONTEXTS - 1) / CONTEXTS);
    expect(effect.before).toBeCloseTo(mean(before), 5);
    expect(effect.pinned.change).toBeCloseTo(mean(changes), 5);
    expect(effect.pinned.interval[0]).toBeCloseTo(mean(changes) - half, 5);
    expect(effect.pinned.interval[1]).toBeCloseTo(mean(changes) + half, 5);
  }
  expect(Math.abs(effects[0]!.pinned.change)).toBeGreaterThan(1e-3);
});

test("the control moves as far in another direction, the same for one seed, and passes of other sizes agree", async () => {
  const [one, other, again] = [await measure(), await measure(CASES, 5, 1), await measure(CASES, 5)];
  for (const k of CASES.keys()) {
    expect(again[k]!.pinned.change).toBeCloseTo(one[k]!.pinned.change, 6);
    expect(again[k]!.control.change).toBeCloseTo(one[k]!.control.change, 6);
  }
  expect(other[0]!.control.change).not.toBeCloseTo(one[0]!.control.change, 6);
  expect(one[0]!.control.change).not.toBeCloseTo(one[0]!.pinned.change, 6);
});
