import type { Kernels, SparseCodes } from "../kernels.ts";
import { bind, type Device } from "./addon.ts";
import { addressOf } from "./memory.ts";
import { optionalAddress } from "./operations.ts";

type Encoding = Pick<Kernels, "compact" | "selectTopK" | "batchTopKThreshold" | "encodeSparse">;
type Decoding = Pick<Kernels, "sparseDecode" | "sparseDot" | "sparseResidual" | "sparseOuter">;
type Update = Pick<Kernels, "sparseAdam" | "sparseGradientNorm">;
type Columns = Pick<Kernels, "sparseColumnSums" | "sparseColumnCounts" | "sparseColumnMaxima">;

export function createSparseOperations(device: Device): Encoding & Decoding & Update & Columns {
  return { ...createEncoding(device), ...createDecoding(device), ...createUpdate(device), ...createColumns(device) };
}

function createEncoding(device: Device): Encoding {
  const compact = bind(device, "compact");
  const selectTopK = bind(device, "selectTopK");
  const batchTopKThreshold = bind(device, "batchTopKThreshold");
  const encodeSparse = bind(device, "encodeSparse");
  return {
    compact: (codes, dense, threshold) =>
      compact(...numbersOf(codes), addressOf(dense), dense.shape[1]!, optionalAddress(threshold ?? null)),
    selectTopK: (codes, dense, k) => selectTopK(...numbersOf(codes), addressOf(dense), dense.shape[1]!, k),
    batchTopKThreshold: (out, dense, count) => {
      const [B, m] = dense.shape as [number, number];
      batchTopKThreshold(addressOf(out), addressOf(dense), B * m, count);
    },
    encodeSparse: (codes, x, weights, bias) => {
      const [m, d] = weights.shape as [number, number];
      encodeSparse(...numbersOf(codes), addressOf(x), addressOf(weights), addressOf(bias), m, d);
    },
  };
}

function createDecoding(device: Device): Decoding {
  const sparseDecode = bind(device, "sparseDecode");
  const sparseDot = bind(device, "sparseDot");
  const sparseResidual = bind(device, "sparseResidual");
  const sparseOuter = bind(device, "sparseOuter");
  return {
    sparseDecode: (out, codes, coefficients, weights, bias) => {
      const [m, d] = weights.shape as [number, number];
      const tensors = [out, coefficients, weights].map(addressOf);
      sparseDecode(...numbersOf(codes), ...tensors, optionalAddress(bias), m, d);
    },
    sparseDot: (out, codes, x, weights, offsets) => {
      const [m, d] = weights.shape as [number, number];
      sparseDot(...numbersOf(codes), ...[out, x, weights].map(addressOf), optionalAddress(offsets), m, d);
    },
    sparseResidual: (residual, squaredErrors, dots, codes, x, weights, { bias, offsets, factor }) => {
      const [m, d] = weights.shape as [number, number];
      const tensors = [residual, squaredErrors, dots, x, weights].map(addressOf);
      sparseResidual(
        ...[...numbersOf(codes), ...tensors],
        ...[optionalAddress(bias), optionalAddress(offsets), factor, m, d],
      );
    },
    sparseOuter: (out, codes, coefficients, x) => {
      const [m, d] = out.shape as [number, number];
      sparseOuter(...numbersOf(codes), ...[out, coefficients, x].map(addressOf), m, d);
    },
  };
}

function createUpdate(device: Device): Update {
  const sparseAdam = bind(device, "sparseAdam");
  const sparseGradientNorm = bind(device, "sparseGradientNorm");
  return {
    sparseAdam: (weights, moment1, moment2, codes, coefficients, x, options) => {
      const [m, d] = weights.shape as [number, number];
      const { learningRate, beta1, beta2, epsilon, weightDecay, step, broken } = options;
      sparseAdam(
        ...[...numbersOf(codes), ...[coefficients, x, weights].map(addressOf)],
        ...[optionalAddress(options.shift), optionalAddress(options.rowFactors), options.project ? 1 : 0],
        ...[m, d, addressOf(moment1), addressOf(moment2), optionalAddress(options.gradientScale)],
        ...[options.normalise ? 1 : 0, learningRate, beta1, beta2, epsilon, weightDecay, step],
        optionalAddress(broken ?? null),
      );
    },
    sparseGradientNorm: (out, codes, coefficients, x, weights, gradient, options) => {
      const [m, d] = weights.shape as [number, number];
      sparseGradientNorm(
        ...[...numbersOf(codes), ...[coefficients, x, weights].map(addressOf)],
        ...[optionalAddress(gradient.shift), optionalAddress(gradient.rowFactors), gradient.project ? 1 : 0],
        ...[m, d, addressOf(out), options?.accumulate ? 1 : 0],
      );
    },
  };
}

function createColumns(device: Device): Columns {
  const sparseColumnSums = bind(device, "sparseColumnSums");
  const sparseColumnCounts = bind(device, "sparseColumnCounts");
  const sparseColumnMaxima = bind(device, "sparseColumnMaxima");
  return {
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
