import type { Kernels, SparseCodes, Tensor } from "../../src/kernels/kernels.ts";
import type { Arena } from "./arena.ts";
import { each } from "./dense-operations.ts";
import type { Operation, OperationCase } from "./operation.ts";

/** B rows of m columns, dense width d, room for `capacity` entries, `share` of the entries positive. */
interface SparseShape {
  readonly B: number;
  readonly m: number;
  readonly d: number;
  readonly capacity: number;
  readonly share: number;
}

const SHAPES: readonly SparseShape[] = [
  { B: 1, m: 1, d: 1, capacity: 1, share: 1 },
  { B: 7, m: 33, d: 7, capacity: 33, share: 0.2 },
  { B: 33, m: 7, d: 33, capacity: 3, share: 0.5 },
  { B: 33, m: 130, d: 1, capacity: 130, share: 1 },
  { B: 7, m: 130, d: 130, capacity: 33, share: 0 },
  { B: 300, m: 1030, d: 130, capacity: 40, share: 0.03 },
];

/** Adam's step after a few, on moments as they are then. */
const ADAM = { learningRate: 0.03, beta1: 0.9, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.01, step: 3 };

const KEEP = { accumulate: true };

type Three<T> = [T, T, T];

const eachShape = (run: (shape: SparseShape) => OperationCase) => each(SHAPES, JSON.stringify, run);

/** Each shape with rows in which every so manieth entry is NaN, and some are infinite. */
const eachBroken = (
  run: (kernels: Kernels, arena: Arena, shape: SparseShape, dense: Tensor) => ReturnType<OperationCase>,
): Readonly<Record<string, OperationCase>> => {
  const shapes = SHAPES.flatMap((shape) => [1, 3, 50].map((every) => ({ ...shape, every })));
  return each(
    shapes,
    (shape) => `NaN in ${JSON.stringify(shape)}`,
    (shape) => (kernels, arena) => {
      const { B, m, every } = shape;
      const entry = (i: number) => {
        if (i % every === 0) return Number.NaN;
        return i % 47 === 5 ? Number.POSITIVE_INFINITY : (((i * 7) % 33) - 16) / 16;
      };
      return run(
        kernels,
        arena,
        shape,
        arena.given(
          Array.from({ length: B * m }, (_, i) => entry(i)),
          [B, m],
        ),
      );
    },
  );
};

export const sparseOperations: readonly Operation[] = [
  {
    op: "compact",
    tolerance: {},
    cases: {
      ...eachShape(({ B, m, capacity }) => (kernels, arena) => {
        const [codes, high, all] = [0, 1, 2].map(() => arena.blankCodes(B, capacity)) as Three<SparseCodes>;
        const dense = arena.grid([B, m]);
        kernels.compact(codes, dense);
        kernels.compact(high, dense, arena.given([0.625], [1]));
        kernels.compact(all, dense, arena.given([-0.5], [1]));
        return { codes, high, all };
      }),
      ...eachBroken((kernels, arena, { B, capacity }, dense) => {
        const [codes, high, top] = [0, 1, 2].map(() => arena.blankCodes(B, capacity)) as Three<SparseCodes>;
        kernels.compact(codes, dense);
        kernels.compact(high, dense, arena.given([0.625], [1]));
        kernels.compact(top, dense, arena.given([Number.POSITIVE_INFINITY], [1]));
        return { codes, high, top };
      }),
    },
  },
  {
    op: "selectTopK",
    tolerance: {},
    cases: {
      ...eachShape(({ B, m, capacity }) => (kernels, arena) => {
        const [one, few, many] = [0, 1, 2].map(() => arena.blankCodes(B, capacity)) as Three<SparseCodes>;
        const ties = arena.grid([B, m]);
        kernels.selectTopK(one, ties, 1);
        kernels.selectTopK(few, arena.normal([B, m]), 5);
        kernels.selectTopK(many, ties, Math.ceil(m / 4));
        return { one, few, many };
      }),
      ...eachBroken((kernels, arena, { B, m, capacity }, dense) => {
        const [one, few, many] = [0, 1, 2].map(() => arena.blankCodes(B, capacity)) as Three<SparseCodes>;
        kernels.selectTopK(one, dense, 1);
        kernels.selectTopK(few, dense, 5);
        kernels.selectTopK(many, dense, Math.ceil(m / 4));
        return { one, few, many };
      }),
    },
  },
  {
    op: "batchTopKThreshold",
    tolerance: {},
    cases: {
      ...eachShape(({ B, m }) => (kernels, arena) => {
        const [ties, few, all, none] = [1, 1, 1, 1].map((size) => arena.blank([size])) as [...Three<Tensor>, Tensor];
        const dense = arena.normal([B, m]);
        kernels.batchTopKThreshold(ties, arena.grid([B, m]), Math.ceil((B * m) / 10));
        kernels.batchTopKThreshold(few, dense, Math.ceil((B * m) / 50));
        kernels.batchTopKThreshold(all, dense, B * m + 1);
        kernels.batchTopKThreshold(none, arena.normal([B, m], 1, -100), 1);
        return { ties, few, all, none };
      }),
      ...eachBroken((kernels, arena, { B, m }, dense) => {
        const [one, few, many, all] = [1, 1, 1, 1].map((size) => arena.blank([size])) as [...Three<Tensor>, Tensor];
        kernels.batchTopKThreshold(one, dense, 1);
        kernels.batchTopKThreshold(few, dense, Math.ceil((B * m) / 20));
        kernels.batchTopKThreshold(many, dense, Math.ceil((B * m) / 3));
        kernels.batchTopKThreshold(all, dense, B * m + 1);
        return { one, few, many, all };
      }),
      "the largest numbers lie where a sample at regular distances finds them": (kernels, arena) => {
        const out = arena.blank([1]);
        const [B, m] = [300, 1030];
        const values = Array.from({ length: B * m }, (_, i) => (Math.floor(i / 4) % 61 === 0 ? 5 : 1 + (i % 7) / 8));
        kernels.batchTopKThreshold(out, arena.given(values, [B, m]), 30_000);
        return { out };
      },
    },
  },
  {
    op: "encodeSparse",
    tolerance: {},
    cases: eachShape(({ B, m, d, capacity }) => (kernels, arena) => {
      const codes = arena.blankCodes(B, capacity);
      kernels.encodeSparse(codes, arena.grid([B, d]), arena.grid([m, d]), arena.oddGrid([m]));
      return { codes };
    }),
  },
  {
    op: "sparseDecode",
    tolerance: { absolute: 2e-5 },
    cases: eachShape(({ B, m, d, capacity, share }) => (kernels, arena) => {
      const codes = arena.codes(B, m, capacity, share);
      const out = arena.blank([B, d]);
      const unbiased = arena.blank([B, d]);
      const weights = arena.normal([m, d]);
      kernels.sparseDecode(out, codes, arena.normal([B, capacity]), weights, arena.normal([d]));
      kernels.sparseDecode(unbiased, codes, codes.values, weights, null);
      return { out, unbiased };
    }),
  },
  {
    op: "sparseDot",
    tolerance: { absolute: 2e-5 },
    cases: eachShape(({ B, m, d, capacity, share }) => (kernels, arena) => {
      const codes = arena.codes(B, m, capacity, share);
      const [out, shifted] = [arena.blank([B, capacity]), arena.blank([B, capacity])];
      const [x, weights] = [arena.normal([B, d]), arena.normal([m, d])];
      kernels.sparseDot(out, codes, x, weights, null);
      kernels.sparseDot(shifted, codes, x, weights, arena.normal([m]));
      return { out: { entries: out, of: codes }, shifted: { entries: shifted, of: codes } };
    }),
  },
  {
    op: "sparseResidual",
    tolerance: { absolute: 5e-5, relative: 2e-5 },
    cases: eachShape(({ B, m, d, capacity, share }) => (kernels, arena) => {
      const codes = arena.codes(B, m, capacity, share);
      const [residual, alone] = [arena.blank([B, d]), arena.blank([B, d])];
      const [squaredErrors, sum] = [arena.given([2.5], [1]), arena.given([0], [1])];
      const [dots, products] = [arena.blank([B, capacity]), arena.blank([B, capacity])];
      const [x, weights] = [arena.normal([B, d]), arena.normal([m, d], 0.2)];
      const options = { bias: arena.normal([d]), offsets: arena.normal([m]), factor: 0.4 };
      const none = { bias: null, offsets: null, factor: -0.1 };
      kernels.sparseResidual(residual, squaredErrors, dots, codes, x, weights, options);
      kernels.sparseResidual(alone, sum, products, codes, x, weights, none);
      const entries = { dots: { entries: dots, of: codes }, products: { entries: products, of: codes } };
      return { residual, alone, squaredErrors, sum, ...entries };
    }),
  },
  {
    op: "sparseOuter",
    tolerance: { absolute: 2e-5 },
    cases: eachShape(({ B, m, d, capacity, share }) => (kernels, arena) => {
      const codes = arena.codes(B, m, capacity, share);
      const out = arena.normal([m, d]);
      kernels.sparseOuter(out, codes, arena.normal([B, capacity]), arena.normal([B, d]));
      return { out };
    }),
  },
  {
    op: "sparseAdam",
    tolerance: { absolute: 2e-5, relative: 2e-5 },
    cases: {
      ...eachShape(plainAdam),
      ...each(SHAPES, (shape) => `full ${JSON.stringify(shape)}`, fullAdam),
      ...each(SHAPES, (shape) => `broken ${JSON.stringify(shape)}`, breakAdam),
    },
  },
  {
    op: "sparseGradientNorm",
    tolerance: { relative: 2e-5, absolute: 1e-10 },
    cases: eachShape(({ B, m, d, capacity, share }) => (kernels, arena) => {
      const codes = arena.codes(B, m, capacity, share);
      const [coefficients, x, weights] = [
        arena.normal([B, capacity]),
        rectified(kernels, arena, B, d),
        arena.normal([m, d]),
      ];
      const [plain, added, projected] = [arena.blank([1]), arena.blank([1]), arena.given([2.5], [1])];
      const none = { shift: null, rowFactors: null, project: false };
      const terms = { shift: arena.normal([d]), rowFactors: arena.normal([m]), project: false };
      kernels.sparseGradientNorm(plain, codes, coefficients, x, weights, none);
      kernels.sparseGradientNorm(added, codes, coefficients, x, weights, terms);
      kernels.sparseGradientNorm(projected, codes, coefficients, x, weights, { ...none, project: d > 1 }, KEEP);
      return { plain, added, projected };
    }),
  },
  {
    op: "sparseColumnSums",
    tolerance: { absolute: 1e-5 },
    cases: eachShape(({ B, m, capacity, share }) => (kernels, arena) => {
      const codes = arena.codes(B, m, capacity, share);
      const out = arena.normal([m]);
      kernels.sparseColumnSums(out, codes, arena.normal([B, capacity]));
      return { out };
    }),
  },
  {
    op: "sparseColumnCounts",
    tolerance: {},
    cases: eachShape(({ B, m, capacity, share }) => (kernels, arena) => {
      const out = arena.integers([m], 0, 9);
      kernels.sparseColumnCounts(out, arena.codes(B, m, capacity, share));
      return { out };
    }),
  },
  {
    op: "sparseColumnMaxima",
    tolerance: {},
    cases: {
      ...eachShape(({ B, m, capacity, share }) => (kernels, arena) => {
        const out = arena.normal([m], 0.5, 0.5);
        kernels.sparseColumnMaxima(out, arena.codes(B, m, capacity, share));
        return { out };
      }),
      ...eachBroken((kernels, arena, { B, m, capacity }, dense) => {
        const [codes, out] = [arena.blankCodes(B, capacity), arena.normal([m], 0.5, 0.5)];
        kernels.compact(codes, dense);
        kernels.sparseColumnMaxima(out, codes);
        return { out };
      }),
    },
  },
];

/** A gradient of one term only, from an input with zeros as a ReLU leaves them. */
function plainAdam({ B, m, d, capacity, share }: SparseShape): OperationCase {
  return (kernels, arena) => {
    const codes = arena.codes(B, m, capacity, share);
    const [weights, moment1, moment2] = createState(arena, m, d);
    const options = { shift: null, rowFactors: null, gradientScale: null, project: false, normalise: false };
    const coefficients = arena.normal([B, capacity]);
    kernels.sparseAdam(weights, moment1, moment2, codes, coefficients, rectified(kernels, arena, B, d), {
      ...ADAM,
      ...options,
    });
    return { weights, moment1, moment2 };
  };
}

/** All terms and both constraints, with a row of zeros among the weights. */
function fullAdam({ B, m, d, capacity, share }: SparseShape): OperationCase {
  return (kernels, arena) => {
    const codes = arena.codes(B, m, capacity, share);
    const [weights, moment1, moment2] = createState(arena, m, d);
    kernels.fill(kernels.rows(weights, m - 1, 1), 0);
    const [shift, rowFactors, gradientScale] = [arena.normal([d]), arena.normal([m]), arena.given([0.7], [1])];
    const constraints = { project: true, normalise: true };
    const coefficients = arena.normal([B, capacity]);
    kernels.sparseAdam(weights, moment1, moment2, codes, coefficients, arena.normal([B, d]), {
      ...ADAM,
      ...{ shift, rowFactors, gradientScale },
      ...constraints,
    });
    return { weights, moment1, moment2 };
  };
}

/** Marks what is broken by the weights and by each moment, at both ends of them, by x, and by nothing. */
function breakAdam({ B, m, d, capacity, share }: SparseShape): OperationCase {
  return (kernels, arena) => {
    const codes = arena.codes(B, m, capacity, share);
    const coefficients = arena.normal([B, capacity]);
    const options = { shift: null, rowFactors: null, gradientScale: null, project: false, normalise: true };
    const marks = [null, 0, 1, 2, 3].flatMap((spoilt) =>
      [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => {
        const tensors = [...createState(arena, m, d), arena.normal([B, d])] as const;
        const [weights, moment1, moment2, x] = tensors;
        if (spoilt !== null) {
          const numbers = kernels.reshape(tensors[spoilt]!, [spoilt === 3 ? B * d : m * d]);
          kernels.fill(kernels.rows(numbers, value > 0 ? 0 : numbers.shape[0]! - 1, 1), value);
        }
        const broken = arena.given([0], [1]);
        kernels.sparseAdam(weights, moment1, moment2, codes, coefficients, x, { ...ADAM, ...options, broken });
        return broken;
      }),
    );
    return Object.fromEntries(marks.map((broken, i) => [`mark ${i}`, broken]));
  };
}

function createState(arena: Arena, m: number, d: number): Three<Tensor> {
  return [arena.normal([m, d]), arena.normal([m, d], 0.1), arena.normal([m, d], 0.1, 1)];
}

/** What a ReLU leaves: four of five numbers are zero, the others positive. */
function rectified(kernels: Kernels, arena: Arena, B: number, d: number): Tensor {
  const x = arena.normal([B, d], 1, -0.84);
  kernels.activate(x, x, "relu");
  return x;
}
