import type { Kernels, Tensor } from "./kernels.ts";
import { activate, activateBackward } from "./reference/activation.ts";
import * as adamW from "./reference/adam-w.ts";
import * as causalAttention from "./reference/causal-attention.ts";
import { crossEntropyShift } from "./reference/cross-entropy-shift.ts";
import * as elementWise from "./reference/element-wise.ts";
import * as embedding from "./reference/embedding.ts";
import { gemm } from "./reference/gemm.ts";
import { klDivergence } from "./reference/kl-divergence.ts";
import * as layerNorm from "./reference/layer-norm.ts";
import { create, floats, ints, type Precision, release, reshape, rows, upload, write } from "./reference/memory.ts";
import * as rowOperations from "./reference/rows.ts";
import { softmaxCrossEntropy } from "./reference/softmax-cross-entropy.ts";
import { sparseAdam, sparseGradientNorm } from "./reference/sparse-adam.ts";
import * as sparseCodes from "./reference/sparse-codes.ts";
import { batchTopKThreshold, selectTopK } from "./reference/top-k.ts";
import * as unitNorm from "./reference/unit-norm.ts";
import { withShapeChecks } from "./shape-checks.ts";

/** The plain TypeScript backend every other one is compared with. "float64" is for tests: twice the storage, no rounding to 32 bits. */
export function createReferenceKernels(precision: Precision = "float32"): Kernels {
  return withShapeChecks({
    backend: "reference",
    level: precision,
    threads: 1,
    create: (shape, dtype) => create(precision, shape, dtype),
    upload: (data, shape) => upload(precision, data, shape),
    write,
    read: async (tensor, out = new Float32Array(floats(tensor).length)) => {
      out.set(floats(tensor));
      return out;
    },
    readInts: async (tensor) => ints(tensor).slice(),
    rows,
    reshape,
    release,
    gemm,
    activate,
    activateBackward,
    softmaxCrossEntropy,
    klDivergence,
    crossEntropyShift,
    fill: elementWise.fill,
    copy: elementWise.copy,
    addScaled: elementWise.addScaled,
    scale: elementWise.scale,
    sum: elementWise.sum,
    sumOfSquares: elementWise.sumOfSquares,
    addRow: rowOperations.addRow,
    addScaledRows: rowOperations.addScaledRows,
    columnSums: rowOperations.columnSums,
    rowSquaredNorms: rowOperations.rowSquaredNorms,
    gatherRows: rowOperations.gatherRows,
    scatterRows: rowOperations.scatterRows,
    ...embedding,
    ...layerNorm,
    ...causalAttention,
    ...adamW,
    ...unitNorm,
    sparseAdam,
    sparseGradientNorm,
    selectTopK,
    batchTopKThreshold,
    compact: sparseCodes.compact,
    encodeSparse: sparseCodes.encodeSparse,
    sparseDecode: sparseCodes.sparseDecode,
    sparseDot: sparseCodes.sparseDot,
    sparseResidual: sparseCodes.sparseResidual,
    sparseOuter: sparseCodes.sparseOuter,
    sparseColumnSums: sparseCodes.sparseColumnSums,
    sparseColumnCounts: sparseCodes.sparseColumnCounts,
    sparseColumnMaxima: sparseCodes.sparseColumnMaxima,
  });
}

/** A copy of a reference tensor's values at full precision. */
export function readFloat64(tensor: Tensor): Float64Array {
  return Float64Array.from(floats(tensor));
}

/** A tensor of the float64 reference holding `data` unrounded. */
export function uploadFloat64(data: Float64Array, shape: readonly number[]): Tensor {
  return upload("float64", data, shape);
}
