import type { Kernels, SparseCodes } from "../kernels.ts";
import { bind, type Device } from "./addon.ts";
import { addressOf } from "./memory.ts";
import { optionalAddress } from "./operations.ts";

type Encoding = Pick<Kernels, "compact" | "encodeSparse" | "sparseDecode" | "sparseDot">;
type Columns = Pick<Kernels, "sparseOuter" | "sparseColumnSums" | "sparseColumnCounts" | "sparseColumnMaxima">;

export function createSparseOperations(device: Device): Encoding & Columns {
  return { ...createEncoding(device), ...createColumns(device) };
}

function createEncoding(device: Device): Encoding {
  const compact = bind(device, "compact");
  const encodeSparse = bind(device, "encodeSparse");
  const sparseDecode = bind(device, "sparseDecode");
  const sparseDot = bind(device, "sparseDot");
  return {
    compact: (codes, dense) => compact(...numbersOf(codes), addressOf(dense), dense.shape[1]!),
    encodeSparse: (codes, x, weights, bias) => {
      const [m, d] = weights.shape as [number, number];
      encodeSparse(...numbersOf(codes), addressOf(x), addressOf(weights), addressOf(bias), m, d);
    },
    sparseDecode: (out, codes, coefficients, weights, bias) => {
      const [m, d] = weights.shape as [number, number];
      const tensors = [out, coefficients, weights].map(addressOf);
      sparseDecode(...numbersOf(codes), ...tensors, optionalAddress(bias), m, d);
    },
    sparseDot: (out, codes, x, weights, offset) => {
      const [m, d] = weights.shape as [number, number];
      sparseDot(...numbersOf(codes), ...[out, x, weights].map(addressOf), m, d, offset);
    },
  };
}

function createColumns(device: Device): Columns {
  const sparseOuter = bind(device, "sparseOuter");
  const sparseColumnSums = bind(device, "sparseColumnSums");
  const sparseColumnCounts = bind(device, "sparseColumnCounts");
  const sparseColumnMaxima = bind(device, "sparseColumnMaxima");
  return {
    sparseOuter: (out, codes, coefficients, x) => {
      const [m, d] = out.shape as [number, number];
      sparseOuter(...numbersOf(codes), ...[out, coefficients, x].map(addressOf), m, d);
    },
    sparseColumnSums: (out, codes, coefficients) =>
      sparseColumnSums(...numbersOf(codes), addressOf(out), addressOf(coefficients), out.shape[0]!),
    sparseColumnCounts: (out, codes) => sparseColumnCounts(...numbersOf(codes), addressOf(out), out.shape[0]!),
    sparseColumnMaxima: (out, codes) => sparseColumnMaxima(...numbersOf(codes), addressOf(out), out.shape[0]!),
  };
}

/** Indices, values, counts, B, capacity. */
function numbersOf(codes: SparseCodes): number[] {
  const { indices, values, counts, capacity } = codes;
  return [addressOf(indices), addressOf(values), addressOf(counts), counts.shape[0]!, capacity];
}
