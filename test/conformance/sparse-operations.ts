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

const eachShape = (run: (shape: SparseShape) => OperationCase) => each(SHAPES, JSON.stringify, run);

export const sparseOperations: readonly Operation[] = [
  {
    op: "compact",
    tolerance: {},
    cases: eachShape(({ B, m, capacity }) => (kernels, arena) => {
      const codes = arena.blankCodes(B, capacity);
      kernels.compact(codes, arena.grid([B, m]));
      return { codes };
    }),
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
      const out = arena.blank([B, capacity]);
      kernels.sparseDot(out, codes, arena.normal([B, d]), arena.normal([m, d]), -0.3);
      return { out: { entries: out, of: codes } };
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
    cases: eachShape(({ B, m, capacity, share }) => (kernels, arena) => {
      const out = arena.normal([m], 0.5, 0.5);
      kernels.sparseColumnMaxima(out, arena.codes(B, m, capacity, share));
      return { out };
    }),
  },
];
