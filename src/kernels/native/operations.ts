import type { Activation, Kernels, Tensor } from "../kernels.ts";
import { countElements } from "../match-shapes.ts";
import { bind, type Device } from "./addon.ts";
import { addressOf } from "./memory.ts";

/** Numbers of native/vector.h's Activation. */
const ACTIVATIONS: Record<Activation | "none", number> = { none: 0, relu: 1, gelu: 2, gelu_new: 3 };

type ElementWise = Pick<
  Kernels,
  "fill" | "copy" | "addScaled" | "scale" | "sum" | "sumOfSquares" | "activate" | "activateBackward"
>;

export function createElementWiseOperations(device: Device): ElementWise {
  const fill = bind(device, "fill");
  const fillInts = bind(device, "fillInts");
  const copy = bind(device, "copy");
  const addScaled = bind(device, "addScaled");
  const scale = bind(device, "scale");
  const sum = bind(device, "sum");
  const sumOfSquares = bind(device, "sumOfSquares");
  const activate = bind(device, "activate");
  const activateBackward = bind(device, "activateBackward");
  return {
    fill: (out, value) => (out.dtype === "int32" ? fillInts : fill)(addressOf(out), sizeOf(out), value),
    copy: (out, source) => copy(addressOf(out), addressOf(source), sizeOf(out)),
    addScaled: (out, a, b, factor) => addScaled(addressOf(out), addressOf(a), addressOf(b), sizeOf(out), factor),
    scale: (out, a, factor) => scale(addressOf(out), addressOf(a), sizeOf(out), factor),
    sum: (out, a) => sum(addressOf(out), addressOf(a), sizeOf(a)),
    sumOfSquares: (out, a, options) =>
      sumOfSquares(addressOf(out), addressOf(a), sizeOf(a), options?.accumulate ? 1 : 0),
    activate: (out, a, activation) => activate(addressOf(out), addressOf(a), sizeOf(a), ACTIVATIONS[activation]),
    activateBackward: (dIn, dOut, input, activation) =>
      activateBackward(addressOf(dIn), addressOf(dOut), addressOf(input), sizeOf(dIn), ACTIVATIONS[activation]),
  };
}

type Rows = Pick<
  Kernels,
  | "addRow"
  | "addScaledRows"
  | "columnSums"
  | "rowSquaredNorms"
  | "gatherRows"
  | "scatterRows"
  | "normaliseRows"
  | "removeParallel"
>;

export function createRowOperations(device: Device): Rows {
  const addRow = bind(device, "addRow");
  const addScaledRows = bind(device, "addScaledRows");
  const columnSums = bind(device, "columnSums");
  const rowSquaredNorms = bind(device, "rowSquaredNorms");
  const gatherRows = bind(device, "gatherRows");
  const scatterRows = bind(device, "scatterRows");
  const normaliseRows = bind(device, "normaliseRows");
  const removeParallel = bind(device, "removeParallel");
  return {
    addRow: (out, a, row, factor) => {
      const [M, N] = a.shape as [number, number];
      addRow(addressOf(out), addressOf(a), addressOf(row), M, N, factor);
    },
    addScaledRows: (out, a, factors) => {
      const [M, N] = a.shape as [number, number];
      addScaledRows(addressOf(out), addressOf(a), addressOf(factors), M, N);
    },
    columnSums: (out, a, options) => {
      const [M, N] = a.shape as [number, number];
      columnSums(addressOf(out), addressOf(a), M, N, options?.accumulate ? 1 : 0);
    },
    rowSquaredNorms: (out, a) => rowSquaredNorms(addressOf(out), addressOf(a), a.shape[0]!, a.shape[1]!),
    gatherRows: (out, table, rows) => {
      const [M, N] = table.shape as [number, number];
      gatherRows(addressOf(out), addressOf(table), addressOf(rows), rows.shape[0]!, N, M);
    },
    scatterRows: (out, rows, source) => {
      const [M, N] = out.shape as [number, number];
      scatterRows(addressOf(out), addressOf(rows), addressOf(source), rows.shape[0]!, N, M);
    },
    normaliseRows: (out, a) => normaliseRows(addressOf(out), addressOf(a), a.shape[0]!, a.shape[1]!),
    removeParallel: (gradient, direction) => {
      const [M, N] = gradient.shape as [number, number];
      removeParallel(addressOf(gradient), addressOf(direction), M, N);
    },
  };
}

type Dense = Pick<Kernels, "gemm" | "clipFactor" | "adamW">;

export function createDenseOperations(device: Device): Dense {
  const gemm = bind(device, "gemm");
  const clipFactor = bind(device, "clipFactor");
  const adamW = bind(device, "adamW");
  return {
    gemm: (out, a, b, options = {}) => {
      const { transposeA = false, transposeB = false, scale = 1, bias, epilogue = "none", accumulate } = options;
      const [M, N] = out.shape as [number, number];
      const K = a.shape[transposeA ? 0 : 1]!;
      const flags = [transposeA ? 1 : 0, transposeB ? 1 : 0] as const;
      const finish = [scale, optionalAddress(bias ?? null), ACTIVATIONS[epilogue], accumulate ? 1 : 0] as const;
      gemm(addressOf(out), addressOf(a), addressOf(b), M, N, K, ...flags, ...finish);
    },
    clipFactor: (out, squaredNorm, maxNorm) => clipFactor(addressOf(out), addressOf(squaredNorm), maxNorm),
    adamW: (parameter, moment1, moment2, gradient, gradientScale, options) => {
      const { learningRate, beta1, beta2, epsilon, weightDecay, step, broken } = options;
      adamW(
        addressOf(parameter),
        addressOf(moment1),
        addressOf(moment2),
        addressOf(gradient),
        optionalAddress(gradientScale),
        sizeOf(parameter),
        learningRate,
        beta1,
        beta2,
        epsilon,
        weightDecay,
        step,
        optionalAddress(broken ?? null),
      );
    },
  };
}

/** 0 stands for a missing tensor. */
export function optionalAddress(tensor: Tensor | null): number {
  return tensor === null ? 0 : addressOf(tensor);
}

function sizeOf(tensor: Tensor): number {
  return countElements(tensor.shape);
}
