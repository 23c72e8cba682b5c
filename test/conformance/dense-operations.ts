import type { Activation, GemmOptions, Tensor } from "../../src/kernels/kernels.ts";
import type { Arena } from "./arena.ts";
import type { Operation, OperationCase } from "./operation.ts";

export const ACTIVATIONS: readonly Activation[] = ["relu", "gelu", "gelu_new"];
export const LENGTHS = [1, 7, 33, 130, 5003];
const MATRICES = [
  [1, 1],
  [1, 33],
  [7, 1],
  [7, 33],
  [33, 7],
  [130, 64],
  [1027, 33],
] as const;

/** One case for each entry of a table. */
export function each<T>(table: readonly T[], label: (row: T) => string, run: (row: T) => OperationCase) {
  return Object.fromEntries(table.map((row) => [label(row), run(row)] as const));
}

const eachLength = (run: (length: number) => OperationCase) => each(LENGTHS, (length) => `[${length}]`, run);
const eachMatrix = (run: (M: number, N: number) => OperationCase) =>
  each(
    MATRICES,
    ([M, N]) => `[${M}, ${N}]`,
    ([M, N]) => run(M, N),
  );

export const elementWiseOperations: readonly Operation[] = [
  {
    op: "fill",
    tolerance: {},
    cases: {
      float32: (kernels, arena) => {
        const out = arena.blank([7, 33]);
        kernels.fill(out, -2.5);
        return { out };
      },
      int32: (kernels, arena) => {
        const out = arena.blank([33], "int32");
        kernels.fill(out, -7);
        return { out };
      },
    },
  },
  {
    op: "copy",
    tolerance: {},
    cases: {
      ...eachLength((length) => (kernels, arena) => {
        const out = arena.blank([length]);
        kernels.copy(out, arena.normal([length]));
        return { out };
      }),
      int32: (kernels, arena) => {
        const out = arena.blank([7, 33], "int32");
        kernels.copy(out, arena.integers([7, 33], -9, 2_000_000_000));
        return { out };
      },
    },
  },
  {
    op: "addScaled",
    tolerance: { absolute: 1e-6 },
    cases: {
      ...eachLength((length) => (kernels, arena) => {
        const out = arena.blank([length]);
        kernels.addScaled(out, arena.normal([length]), arena.normal([length]), -1.7);
        return { out };
      }),
      "into a": (kernels, arena) => {
        const a = arena.normal([33, 7]);
        kernels.addScaled(a, a, arena.normal([33, 7]), 0.3);
        return { a };
      },
      "into b": (kernels, arena) => {
        const b = arena.normal([130, 33]);
        kernels.addScaled(b, arena.normal([130, 33]), b, 0.3);
        return { b };
      },
    },
  },
  {
    op: "scale",
    tolerance: { relative: 1e-6 },
    cases: {
      ...eachLength((length) => (kernels, arena) => {
        const out = arena.blank([length]);
        kernels.scale(out, arena.normal([length]), -0.3);
        return { out };
      }),
      "in place": (kernels, arena) => {
        const a = arena.normal([7, 33]);
        kernels.scale(a, a, 1e-3);
        return { a };
      },
    },
  },
  {
    op: "activate",
    tolerance: { absolute: 2e-6, relative: 4e-6 },
    cases: each(
      ACTIVATIONS.flatMap((activation) => LENGTHS.map((length) => ({ activation, length }))),
      ({ activation, length }) => `${activation} [${length}]`,
      ({ activation, length }) =>
        (kernels, arena) => {
          const out = arena.blank([length]);
          const inPlace = arena.normal([length], 4);
          kernels.activate(out, arena.normal([length], 2), activation);
          kernels.activate(inPlace, inPlace, activation);
          return { out, inPlace };
        },
    ),
  },
  {
    op: "activateBackward",
    tolerance: { absolute: 4e-6, relative: 4e-6 },
    cases: {
      ...each(
        ACTIVATIONS.flatMap((activation) => LENGTHS.map((length) => ({ activation, length }))),
        ({ activation, length }) => `${activation} [${length}]`,
        ({ activation, length }) =>
          (kernels, arena) => {
            const dIn = arena.blank([length]);
            const inPlace = arena.normal([length]);
            kernels.activateBackward(dIn, arena.normal([length]), arena.normal([length], 2), activation);
            kernels.activateBackward(inPlace, inPlace, arena.normal([length], 4), activation);
            return { dIn, inPlace };
          },
      ),
      "relu from its own output": (kernels, arena) => {
        const output = arena.grid([33, 7]);
        kernels.activate(output, output, "relu");
        const dIn = arena.blank([33, 7]);
        kernels.activateBackward(dIn, arena.normal([33, 7]), output, "relu");
        return { dIn };
      },
    },
  },
];

export const rowOperations: readonly Operation[] = [
  {
    op: "addRow",
    tolerance: { absolute: 1e-6 },
    cases: eachMatrix((M, N) => (kernels, arena) => {
      const out = arena.blank([M, N]);
      const inPlace = arena.normal([M, N]);
      kernels.addRow(out, arena.normal([M, N]), arena.normal([N]), -0.7);
      kernels.addRow(inPlace, inPlace, arena.normal([N]), 1);
      return { out, inPlace };
    }),
  },
  {
    op: "addScaledRows",
    tolerance: { absolute: 1e-6 },
    cases: eachMatrix((M, N) => (kernels, arena) => {
      const out = arena.normal([M, N]);
      kernels.addScaledRows(out, arena.normal([M, N]), arena.normal([M]));
      return { out };
    }),
  },
  {
    op: "columnSums",
    tolerance: { absolute: 2e-4 },
    cases: eachMatrix((M, N) => (kernels, arena) => {
      const out = arena.blank([N]);
      const added = arena.normal([N]);
      const a = arena.normal([M, N]);
      kernels.columnSums(out, a);
      kernels.columnSums(added, a, { accumulate: true });
      return { out, added };
    }),
  },
  {
    op: "rowSquaredNorms",
    tolerance: { relative: 4e-6 },
    cases: eachMatrix((M, N) => (kernels, arena) => {
      const out = arena.blank([M]);
      kernels.rowSquaredNorms(out, arena.normal([M, N]));
      return { out };
    }),
  },
  {
    op: "sum",
    tolerance: { absolute: 1e-3 },
    cases: each([1, 7, 33, 5003, 100_003], String, (length) => (kernels, arena) => {
      const out = arena.blank([1]);
      kernels.sum(out, arena.normal([length]));
      return { out };
    }),
  },
  {
    op: "sumOfSquares",
    tolerance: { absolute: 1e-5, relative: 1e-5 },
    cases: each([1, 7, 33, 5003, 100_003], String, (length) => (kernels, arena) => {
      const out = arena.blank([1]);
      const added = arena.normal([1]);
      kernels.sumOfSquares(out, arena.normal([length]));
      kernels.sumOfSquares(added, arena.normal([length]), { accumulate: true });
      return { out, added };
    }),
  },
  {
    op: "gatherRows",
    tolerance: {},
    cases: eachMatrix((M, N) => (kernels, arena) => {
      const out = arena.blank([33, N]);
      kernels.gatherRows(out, arena.normal([M, N]), arena.integers([33], 0, M - 1));
      return { out };
    }),
  },
  {
    op: "scatterRows",
    tolerance: {},
    cases: eachMatrix((M, N) => (kernels, arena) => {
      const out = arena.normal([M, N]);
      const count = Math.ceil(M / 2);
      kernels.scatterRows(out, arena.distinct(count, M), arena.normal([count, N]));
      return { out };
    }),
  },
  {
    op: "normaliseRows",
    tolerance: { absolute: 1e-6 },
    cases: eachMatrix((M, N) => (kernels, arena) => {
      const out = arena.blank([M, N]);
      const inPlace = arena.normal([M, N], 100);
      kernels.fill(kernels.rows(inPlace, M - 1, 1), 0);
      kernels.normaliseRows(out, inPlace);
      kernels.normaliseRows(inPlace, inPlace);
      return { out, inPlace };
    }),
  },
  {
    op: "removeParallel",
    tolerance: { absolute: 4e-6, relative: 1e-5 },
    cases: eachMatrix((M, N) => (kernels, arena) => {
      const gradient = arena.normal([M, N]);
      kernels.removeParallel(gradient, arena.normal([M, N], 0.5));
      return { gradient };
    }),
  },
];

const PRODUCTS = [
  [1, 1, 1],
  [7, 33, 1],
  [33, 7, 33],
  [1, 130, 33],
  [64, 64, 64],
  [130, 33, 64],
  [67, 130, 129],
] as const;
/** A vector times a matrix, a long, a wide and a big product, across the blocks of a cached implementation. */
const LARGE_PRODUCTS = [
  [1, 130, 1100],
  [40, 70, 1100],
  [300, 530, 40],
  [520, 512, 264],
] as const;
const TRANSPOSITIONS: readonly GemmOptions[] = [
  {},
  { transposeA: true },
  { transposeB: true },
  { transposeA: true, transposeB: true },
];

interface Product {
  readonly shape: readonly [M: number, N: number, K: number];
  readonly options: GemmOptions;
  readonly withBias: boolean;
}

const products: readonly Product[] = TRANSPOSITIONS.flatMap((options) => [
  ...PRODUCTS.flatMap((shape) => [
    { shape, options, withBias: false },
    { shape, options: { ...options, accumulate: true, scale: -0.5 }, withBias: false },
    { shape, options: { ...options, accumulate: true }, withBias: true },
    { shape, options: { ...options, scale: 1.5 }, withBias: true },
    ...ACTIVATIONS.map((epilogue) => ({ shape, options: { ...options, epilogue, scale: 0.3 }, withBias: true })),
    { shape, options: { ...options, epilogue: "relu" as const }, withBias: false },
  ]),
  ...LARGE_PRODUCTS.flatMap((shape) => [
    { shape, options: { ...options, accumulate: true }, withBias: false },
    { shape, options: { ...options, epilogue: "relu" as const, scale: 0.5 }, withBias: true },
  ]),
]);

function runProduct(product: Product): OperationCase {
  return (kernels, arena) => {
    const [M, N] = product.shape;
    const out = product.options.accumulate ? arena.normal([M, N]) : arena.blank([M, N]);
    const bias = product.withBias ? arena.normal([N]) : null;
    const { a, b } = drawFactors(arena, product);
    kernels.gemm(out, a, b, { ...product.options, bias });
    return { out };
  };
}

function drawFactors(arena: Arena, { shape: [M, N, K], options }: Product): { a: Tensor; b: Tensor } {
  const a = arena.normal(options.transposeA ? [K, M] : [M, K]);
  return { a, b: arena.normal(options.transposeB ? [N, K] : [K, N]) };
}

function describeProduct({ shape, options, withBias }: Product): string {
  return `${shape.join(" x ")} ${JSON.stringify(options)}${withBias ? " with bias" : ""}`;
}

const isLong = ({ shape }: Product) => shape[2] > 200;

export const gemmOperations: readonly Operation[] = [
  {
    op: "gemm",
    tolerance: { absolute: 4e-5, relative: 1e-6 },
    cases: each(
      products.filter((product) => !isLong(product)),
      describeProduct,
      runProduct,
    ),
  },
  {
    op: "gemm",
    tolerance: { absolute: 2e-4 },
    cases: {
      ...each(products.filter(isLong), describeProduct, runProduct),
      "NaN and infinity meet zeros": (kernels, arena) => {
        const out = arena.blank([7, 33]);
        const a = arena.normal([7, 33]);
        kernels.fill(kernels.rows(a, 2, 1), Number.NaN);
        kernels.fill(kernels.rows(a, 4, 1), Number.POSITIVE_INFINITY);
        const b = arena.normal([33, 33]);
        kernels.fill(kernels.rows(b, 5, 20), 0);
        kernels.gemm(out, a, b);
        return { out };
      },
    },
  },
];
