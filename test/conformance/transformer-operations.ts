import type { AdamOptions, AttentionDims } from "../../src/kernels/kernels.ts";
import type { Arena } from "./arena.ts";
import { each, LENGTHS } from "./dense-operations.ts";
import type { Operation, OperationCase } from "./operation.ts";

interface EmbeddingShape {
  readonly N: number;
  readonly D: number;
  readonly V: number;
  readonly positions: number;
  readonly context: number;
}

const EMBEDDINGS: readonly EmbeddingShape[] = [
  { N: 1, D: 1, V: 1, positions: 1, context: 1 },
  { N: 33, D: 7, V: 33, positions: 7, context: 7 },
  { N: 33, D: 33, V: 7, positions: 9, context: 7 },
  { N: 260, D: 130, V: 33, positions: 64, context: 64 },
];

const ROWS = [
  [1, 1],
  [1, 33],
  [7, 7],
  [33, 130],
  [260, 64],
] as const;

interface Attention extends AttentionDims {
  readonly width: number;
  readonly scale: number;
}

const ATTENTIONS: readonly Attention[] = [
  { batch: 1, context: 1, heads: 1, width: 1, scale: 1 },
  { batch: 2, context: 7, heads: 3, width: 5, scale: 1 },
  { batch: 1, context: 33, heads: 2, width: 16, scale: 3 },
  { batch: 2, context: 130, heads: 2, width: 32, scale: 1 },
  { batch: 3, context: 64, heads: 1, width: 33, scale: 1 },
];

const FEW_QUERIES: readonly Attention[] = [
  { batch: 1, context: 7, heads: 2, width: 5, scale: 1, queries: 1 },
  { batch: 2, context: 130, heads: 2, width: 32, scale: 2, queries: 1 },
  { batch: 3, context: 64, heads: 1, width: 33, scale: 1, queries: 33 },
  { batch: 2, context: 33, heads: 3, width: 16, scale: 1, queries: 33 },
];

const LOGITS = [
  [1, 1],
  [7, 33],
  [33, 7],
  [130, 130],
  [5, 4099],
] as const;

const ADAM: AdamOptions = { learningRate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, step: 1 };

const eachRows = (run: (N: number, D: number) => OperationCase) =>
  each(
    ROWS,
    ([N, D]) => `[${N}, ${D}]`,
    ([N, D]) => run(N, D),
  );
const eachLogits = (run: (N: number, V: number) => OperationCase) =>
  each(
    LOGITS,
    ([N, V]) => `[${N}, ${V}]`,
    ([N, V]) => run(N, V),
  );
const eachAttention = (run: (attention: Attention) => OperationCase) =>
  each(ATTENTIONS, ({ batch, context, heads, width }) => `${batch} x ${context} x ${heads} x ${width}`, run);

export const transformerOperations: readonly Operation[] = [
  {
    op: "embedding",
    tolerance: { absolute: 1e-6 },
    cases: each(EMBEDDINGS, JSON.stringify, ({ N, D, V, positions, context }) => (kernels, arena) => {
      const out = arena.blank([N, D]);
      const tokens = arena.integers([N], 0, V - 1);
      kernels.embedding(out, arena.normal([V, D]), arena.normal([positions, D]), tokens, context);
      return { out };
    }),
  },
  {
    op: "embeddingBackward",
    tolerance: { absolute: 2e-5 },
    cases: each(EMBEDDINGS, JSON.stringify, ({ N, D, V, positions, context }) => (kernels, arena) => {
      const dTokens = arena.normal([V, D]);
      const dPositions = arena.normal([positions, D]);
      const tokens = arena.integers([N], 0, V - 1);
      kernels.embeddingBackward(dTokens, dPositions, arena.normal([N, D]), tokens, context);
      return { dTokens, dPositions };
    }),
  },
  {
    op: "layerNorm",
    tolerance: { absolute: 1e-5, relative: 1e-5 },
    cases: eachRows((N, D) => (kernels, arena) => normalise(kernels, arena, N, D).outcomes),
  },
  {
    op: "layerNormBackward",
    tolerance: { absolute: 1e-4 },
    cases: eachRows((N, D) => (kernels, arena) => {
      const { x, gain, outcomes } = normalise(kernels, arena, N, D);
      const dX = arena.normal([N, D]);
      const dGain = arena.normal([D]);
      const dBias = arena.normal([D]);
      const dOut = arena.normal([N, D]);
      const { mean, inverseDeviation } = outcomes;
      kernels.layerNormBackward(dX, dGain, dBias, dOut, x, gain, mean, inverseDeviation);
      return { dX, dGain, dBias };
    }),
  },
  {
    op: "causalAttention",
    tolerance: { absolute: 1e-5, relative: 1e-6 },
    cases: {
      ...eachAttention((attention) => (kernels, arena) => attend(kernels, arena, attention).outcomes),
      ...each(
        FEW_QUERIES,
        ({ batch, context, heads, width, queries }) => `${batch} x ${queries} of ${context} x ${heads} x ${width}`,
        (attention) => (kernels, arena) => attend(kernels, arena, attention).outcomes,
      ),
    },
  },
  {
    op: "causalAttentionBackward",
    tolerance: { absolute: 5e-5 },
    cases: eachAttention((attention) => (kernels, arena) => {
      const { qkv, outcomes } = attend(kernels, arena, attention);
      const dQkv = arena.blank(qkv.shape);
      const dOut = arena.normal(outcomes.out.shape);
      kernels.causalAttentionBackward(dQkv, dOut, outcomes.out, outcomes.logSumExp, qkv, attention);
      return { dQkv };
    }),
  },
  {
    op: "softmaxCrossEntropy",
    tolerance: { absolute: 2e-5, relative: 1e-6 },
    cases: {
      ...eachLogits((N, V) => (kernels, arena) => {
        const loss = arena.blank([N]);
        const lossAlone = arena.blank([N]);
        const dLogits = arena.blank([N, V]);
        const logits = arena.normal([N, V], 3, 20);
        const targets = arena.integers([N], -2, V - 1);
        kernels.softmaxCrossEntropy(loss, dLogits, logits, targets, 0.7);
        kernels.softmaxCrossEntropy(lossAlone, null, logits, targets, 1);
        return { loss, lossAlone, dLogits };
      }),
      "gradient in place of logits 80 apart": (kernels, arena) => {
        const loss = arena.blank([33]);
        const logits = arena.normal([33, 130], 40);
        kernels.softmaxCrossEntropy(loss, logits, logits, arena.integers([33], -9, 129), 0.3);
        return { loss, logits };
      },
    },
  },
  {
    op: "klDivergence",
    tolerance: { absolute: 2e-5, relative: 1e-5 },
    cases: {
      ...eachLogits((N, V) => (kernels, arena) => {
        const out = arena.blank([N]);
        kernels.klDivergence(out, arena.normal([N, V], 3), arena.normal([N, V], 2, 10));
        return { out };
      }),
      "logits 80 apart": (kernels, arena) => {
        const out = arena.blank([7]);
        kernels.klDivergence(out, arena.normal([7, 33], 40), arena.normal([7, 33], 40));
        return { out };
      },
    },
  },
  {
    op: "crossEntropyShift",
    tolerance: { absolute: 1e-6, relative: 2e-6 },
    cases: {
      ...eachLogits((N, V) => (kernels, arena) => moveLogits(kernels, arena, [N, V], { scale: 0.5, centre: 1 })),
      "moves of a millionth, in millionths": (kernels, arena) => {
        const { out } = moveLogits(kernels, arena, [7, 130], { scale: 1e-6, centre: 1 });
        kernels.scale(out, out, 1e6);
        return { out };
      },
      "moves of 50 to 200": (kernels, arena) => moveLogits(kernels, arena, [7, 130], { scale: 60, centre: 0 }),
      "the likeliest token taken away": (kernels, arena) => {
        const out = arena.blank([1]);
        const logits = arena.given([0, 30, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [1, 18]);
        const shifts = arena.given([0, 30, ...Array(16).fill(0)], [1, 18]);
        const moves = {
          rows: arena.givenInts([0]),
          shiftRows: arena.givenInts([0]),
          targets: arena.givenInts([2]),
          stretches: arena.given([0], [1]),
          amounts: arena.given([-1], [1]),
          centre: arena.given(Array(18).fill(0), [18]),
        };
        kernels.crossEntropyShift(out, logits, shifts, moves);
        return { out };
      },
    },
  },
  {
    op: "clipFactor",
    tolerance: { relative: 1e-6 },
    cases: each([0, 0.04, 1, 400], String, (squaredNorm) => (kernels, arena) => {
      const out = arena.blank([1]);
      kernels.clipFactor(out, arena.given([squaredNorm], [1]), 0.5);
      return { out };
    }),
  },
  {
    op: "adamW",
    tolerance: { absolute: 1e-7, relative: 4e-6 },
    cases: {
      ...each(
        LENGTHS,
        (length) => `[${length}]`,
        (length) => runAdam([length], ADAM, null),
      ),
      "with a scaled gradient": runAdam([33, 7], { ...ADAM, weightDecay: 0 }, 0.25),
      "at step 1000": runAdam([7, 33], { ...ADAM, beta2: 0.95, step: 1000 }, 1),
      ...each(LENGTHS, (length) => `broken [${length}]`, breakAdam),
    },
  },
];

function moveLogits(
  kernels: Parameters<OperationCase>[0],
  arena: Arena,
  [N, V]: readonly [number, number],
  { scale, centre }: { readonly scale: number; readonly centre: number },
) {
  const [M, E] = [5, 2 * N + 1];
  const out = arena.blank([E]);
  const logits = arena.normal([N, V], 3);
  const shifts = arena.normal([M, V], scale);
  const moves = {
    rows: arena.integers([E], 0, N - 1),
    shiftRows: arena.integers([E], 0, M - 1),
    targets: arena.integers([E], 0, V - 1),
    stretches: arena.normal([E], 0.05 * scale),
    amounts: arena.normal([E], 1, 2),
    centre: arena.normal([V], centre),
  };
  kernels.crossEntropyShift(out, logits, shifts, moves);
  return { out };
}

function normalise(kernels: Parameters<OperationCase>[0], arena: Arena, N: number, D: number) {
  const x = arena.normal([N, D], 1, 2);
  const gain = arena.normal([D], 0.3, 1);
  const outcomes = { out: arena.blank([N, D]), mean: arena.blank([N]), inverseDeviation: arena.blank([N]) };
  const bias = arena.normal([D]);
  kernels.layerNorm(outcomes.out, outcomes.mean, outcomes.inverseDeviation, x, gain, bias, 1e-5);
  return { x, gain, outcomes };
}

function attend(kernels: Parameters<OperationCase>[0], arena: Arena, attention: Attention) {
  const { batch, context, heads, width, scale, queries = context } = attention;
  const qkv = arena.normal([batch * context, 3 * heads * width], scale);
  const outcomes = {
    out: arena.blank([batch * queries, heads * width]),
    logSumExp: arena.blank([batch, heads, queries]),
  };
  kernels.causalAttention(outcomes.out, outcomes.logSumExp, qkv, attention);
  return { qkv, outcomes };
}

function runAdam(shape: readonly number[], options: AdamOptions, gradientScale: number | null): OperationCase {
  return (kernels, arena) => {
    const parameter = arena.normal(shape);
    const moment1 = options.step === 1 ? arena.normal(shape, 0) : arena.normal(shape, 0.1);
    const moment2 = arena.normal(shape, 0, options.step === 1 ? 0 : 0.5);
    const gradient = arena.normal(shape, 2);
    const factor = gradientScale === null ? null : arena.given([gradientScale], [1]);
    kernels.adamW(parameter, moment1, moment2, gradient, factor, options);
    return { parameter, moment1, moment2 };
  };
}

/** Marks what is broken by each of the four tensors and by none, in the last of `length` numbers. */
function breakAdam(length: number): OperationCase {
  return (kernels, arena) => {
    const marks = [null, 0, 1, 2, 3].flatMap((spoilt) =>
      [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => {
        const numbers = (scale: number, offset = 0) => arena.normal([length], scale, offset);
        const tensors = [numbers(1), numbers(0.1), numbers(0, 0.5), numbers(2)] as const;
        if (spoilt !== null) kernels.fill(kernels.rows(tensors[spoilt]!, length - 1, 1), value);
        const broken = arena.given([0], [1]);
        kernels.adamW(...tensors, null, { ...ADAM, broken });
        return broken;
      }),
    );
    return Object.fromEntries(marks.map((broken, i) => [`mark ${i}`, broken]));
  };
}
