import type { Kernels, SparseCodes, SparseGradientOptions, Tensor } from "./kernels.ts";
import { type Expectation, matchShapes, requireThat } from "./match-shapes.ts";

/** The shape checks of every op on sparse codes. */
export function sparseChecks(inner: Kernels): Partial<Kernels> {
  return { ...encodingChecks(inner), ...decodingChecks(inner), ...updateChecks(inner), ...columnChecks(inner) };
}

function codesOf(codes: SparseCodes): [Expectation, Expectation, Expectation] {
  return [
    ["codes.indices", codes.indices, ["B", codes.capacity], "int32"],
    ["codes.values", codes.values, ["B", codes.capacity]],
    ["codes.counts", codes.counts, ["B"], "int32"],
  ];
}

function coefficientsOf(codes: SparseCodes, coefficients: Tensor): Expectation {
  return ["coefficients", coefficients, ["B", codes.capacity]];
}

/** Nothing to check where the tensor is missing. */
function optional(name: string, tensor: Tensor | null | undefined, shape: Expectation[2]): Expectation[] {
  return tensor ? [[name, tensor, shape]] : [];
}

function requireCount(op: string, name: string, count: number): void {
  requireThat(op, Number.isSafeInteger(count) && count >= 1, `${name} ${count}`, "a whole number from 1");
}

function encodingChecks(inner: Kernels): Partial<Kernels> {
  return {
    compact: (codes, dense, threshold) => {
      matchShapes("compact", ...codesOf(codes), ["dense", dense, ["B", "m"]], ...optional("threshold", threshold, [1]));
      inner.compact(codes, dense, threshold);
    },
    selectTopK: (codes, dense, k) => {
      matchShapes("selectTopK", ...codesOf(codes), ["dense", dense, ["B", "m"]]);
      requireCount("selectTopK", "k", k);
      inner.selectTopK(codes, dense, k);
    },
    batchTopKThreshold: (out, dense, count) => {
      matchShapes("batchTopKThreshold", ["out", out, [1]], ["dense", dense, ["B", "m"]]);
      requireCount("batchTopKThreshold", "count", count);
      inner.batchTopKThreshold(out, dense, count);
    },
    encodeSparse: (codes, x, weights, bias) => {
      const own = [["x", x, ["B", "d"]] as const, ["weights", weights, ["m", "d"]] as const];
      matchShapes("encodeSparse", ...codesOf(codes), ...own, ["bias", bias, ["m"]]);
      inner.encodeSparse(codes, x, weights, bias);
    },
  };
}

function decodingChecks(inner: Kernels): Partial<Kernels> {
  return {
    sparseDecode: (out, codes, coefficients, weights, bias) => {
      const own = [["out", out, ["B", "d"]] as const, ["weights", weights, ["m", "d"]] as const];
      const added = optional("bias", bias, ["d"]);
      matchShapes("sparseDecode", ...codesOf(codes), coefficientsOf(codes, coefficients), ...own, ...added);
      inner.sparseDecode(out, codes, coefficients, weights, bias);
    },
    sparseDot: (out, codes, x, weights, offsets) => {
      const own = [["x", x, ["B", "d"]] as const, ["weights", weights, ["m", "d"]] as const];
      const added = optional("offsets", offsets, ["m"]);
      matchShapes("sparseDot", ...codesOf(codes), ["out", out, ["B", codes.capacity]], ...own, ...added);
      inner.sparseDot(out, codes, x, weights, offsets);
    },
    sparseResidual: (residual, squaredErrors, dots, codes, x, weights, options) => {
      const own = [["x", x, ["B", "d"]] as const, ["weights", weights, ["m", "d"]] as const];
      const outputs = [
        ["residual", residual, ["B", "d"]] as const,
        ["squaredErrors", squaredErrors, [1]] as const,
        ["dots", dots, ["B", codes.capacity]] as const,
      ];
      const added = [...optional("bias", options.bias, ["d"]), ...optional("offsets", options.offsets, ["m"])];
      matchShapes("sparseResidual", ...codesOf(codes), ...outputs, ...own, ...added);
      inner.sparseResidual(residual, squaredErrors, dots, codes, x, weights, options);
    },
    sparseOuter: (out, codes, coefficients, x) => {
      const own = [["x", x, ["B", "d"]] as const, ["out", out, ["m", "d"]] as const];
      matchShapes("sparseOuter", ...codesOf(codes), coefficientsOf(codes, coefficients), ...own);
      inner.sparseOuter(out, codes, coefficients, x);
    },
  };
}

function updateChecks(inner: Kernels): Partial<Kernels> {
  return {
    sparseAdam: (weights, moment1, moment2, codes, coefficients, x, options) => {
      const own = gradientOf(codes, coefficients, x, weights, options);
      const moments = [["moment1", moment1, ["m", "d"]] as const, ["moment2", moment2, ["m", "d"]] as const];
      const scalars = [
        ...optional("gradientScale", options.gradientScale, [1]),
        ...optional("broken", options.broken ?? null, [1]),
      ];
      matchShapes("sparseAdam", ...own, ...moments, ...scalars);
      requireCount("sparseAdam", "step", options.step);
      inner.sparseAdam(weights, moment1, moment2, codes, coefficients, x, options);
    },
    sparseGradientNorm: (out, codes, coefficients, x, weights, gradient, options) => {
      const own = gradientOf(codes, coefficients, x, weights, gradient);
      matchShapes("sparseGradientNorm", ["out", out, [1]], ...own);
      inner.sparseGradientNorm(out, codes, coefficients, x, weights, gradient, options);
    },
  };
}

function gradientOf(
  codes: SparseCodes,
  coefficients: Tensor,
  x: Tensor,
  weights: Tensor,
  { shift, rowFactors }: SparseGradientOptions,
): Expectation[] {
  return [
    ...codesOf(codes),
    coefficientsOf(codes, coefficients),
    ["x", x, ["B", "d"]],
    ["weights", weights, ["m", "d"]],
    ...optional("shift", shift, ["d"]),
    ...optional("rowFactors", rowFactors, ["m"]),
  ];
}

function columnChecks(inner: Kernels): Partial<Kernels> {
  return {
    sparseColumnSums: (out, codes, coefficients) => {
      matchShapes("sparseColumnSums", ...codesOf(codes), coefficientsOf(codes, coefficients), ["out", out, ["m"]]);
      inner.sparseColumnSums(out, codes, coefficients);
    },
    sparseColumnCounts: (out, codes) => {
      matchShapes("sparseColumnCounts", ...codesOf(codes), ["out", out, ["m"], "int32"]);
      inner.sparseColumnCounts(out, codes);
    },
    sparseColumnMaxima: (out, codes) => {
      matchShapes("sparseColumnMaxima", ...codesOf(codes), ["out", out, ["m"]]);
      inner.sparseColumnMaxima(out, codes);
    },
  };
}
