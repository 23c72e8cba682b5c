import type { AttentionDims, Kernels, Tensor } from "./kernels.ts";
import { countElements, matchShapes, requireAlike, requireThat } from "./match-shapes.ts";
import { sparseChecks } from "./sparse-shape-checks.ts";

/** Checks every argument's shape and dtype before handing the call to `inner`, so that no backend repeats it. Throws `Error`. */
export function withShapeChecks(inner: Kernels): Kernels {
  return {
    ...inner,
    ...memoryChecks(inner),
    ...elementWiseChecks(inner),
    ...rowChecks(inner),
    ...denseChecks(inner),
    ...transformerChecks(inner),
    ...lossChecks(inner),
    ...optimiserChecks(inner),
    ...sparseChecks(inner),
  };
}

function requireShape(op: string, shape: readonly number[]): void {
  const holds = shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  requireThat(op, holds, `shape [${shape.join(", ")}]`, "integers from 0");
}

function requireData(op: string, data: Float32Array | Int32Array, shape: readonly number[]): void {
  requireThat(
    op,
    data.length === countElements(shape),
    `${data.length} numbers`,
    `as many as [${shape.join(", ")}] holds`,
  );
}

function memoryChecks(inner: Kernels): Partial<Kernels> {
  return {
    create: (shape, dtype) => {
      requireShape("create", shape);
      return inner.create(shape, dtype);
    },
    upload: (data, shape) => {
      requireShape("upload", shape);
      requireData("upload", data, shape);
      return inner.upload(data, shape);
    },
    write: (tensor, data) => {
      const dtype = data instanceof Int32Array ? "int32" : "float32";
      requireThat("write", dtype === tensor.dtype, `${dtype} data`, tensor.dtype);
      requireData("write", data, tensor.shape);
      inner.write(tensor, data);
    },
    read: async (tensor, out) => {
      requireThat("read", tensor.dtype === "float32", tensor.dtype, "float32 (readInts reads int32)");
      if (out) requireData("read", out, tensor.shape);
      return inner.read(tensor, out);
    },
    readInts: async (tensor) => {
      requireThat("readInts", tensor.dtype === "int32", tensor.dtype, "int32 (read reads float32)");
      return inner.readInts(tensor);
    },
    rows: (tensor, first, count) => {
      const size = tensor.shape[0] ?? 0;
      const holds =
        Number.isInteger(first) && Number.isInteger(count) && first >= 0 && count >= 0 && first + count <= size;
      requireThat(
        "rows",
        tensor.shape.length > 0 && holds,
        `rows ${first} .. ${first + count}`,
        `a range within 0 .. ${size}`,
      );
      return inner.rows(tensor, first, count);
    },
    reshape: (tensor, shape) => {
      requireShape("reshape", shape);
      const holds = countElements(shape) === countElements(tensor.shape);
      requireThat("reshape", holds, `[${shape.join(", ")}]`, `as many elements as [${tensor.shape.join(", ")}]`);
      return inner.reshape(tensor, shape);
    },
  };
}

function elementWiseChecks(inner: Kernels): Partial<Kernels> {
  return {
    copy: (out, source) => {
      requireAlike("copy", out, { source });
      inner.copy(out, source);
    },
    addScaled: (out, a, b, factor) => {
      requireAlike("addScaled", out, { a, b });
      matchShapes("addScaled", ["out", out, out.shape]);
      inner.addScaled(out, a, b, factor);
    },
    scale: (out, a, factor) => {
      requireAlike("scale", out, { a });
      matchShapes("scale", ["out", out, out.shape]);
      inner.scale(out, a, factor);
    },
    sum: (out, a) => {
      matchShapes("sum", ["out", out, [1]], ["a", a, a.shape]);
      inner.sum(out, a);
    },
    sumOfSquares: (out, a, options) => {
      matchShapes("sumOfSquares", ["out", out, [1]], ["a", a, a.shape]);
      inner.sumOfSquares(out, a, options);
    },
    activate: (out, a, activation) => {
      requireAlike("activate", out, { a });
      matchShapes("activate", ["out", out, out.shape]);
      inner.activate(out, a, activation);
    },
    activateBackward: (dIn, dOut, input, activation) => {
      requireAlike("activateBackward", dIn, { dOut, input });
      matchShapes("activateBackward", ["dIn", dIn, dIn.shape]);
      inner.activateBackward(dIn, dOut, input, activation);
    },
  };
}

function rowChecks(inner: Kernels): Partial<Kernels> {
  return {
    addRow: (out, a, row, factor) => {
      matchShapes("addRow", ["out", out, ["M", "N"]], ["a", a, ["M", "N"]], ["row", row, ["N"]]);
      inner.addRow(out, a, row, factor);
    },
    addScaledRows: (out, a, factors) => {
      matchShapes("addScaledRows", ["out", out, ["M", "N"]], ["a", a, ["M", "N"]], ["factors", factors, ["M"]]);
      inner.addScaledRows(out, a, factors);
    },
    columnSums: (out, a, options) => {
      matchShapes("columnSums", ["a", a, ["M", "N"]], ["out", out, ["N"]]);
      inner.columnSums(out, a, options);
    },
    rowSquaredNorms: (out, a) => {
      matchShapes("rowSquaredNorms", ["a", a, ["M", "N"]], ["out", out, ["M"]]);
      inner.rowSquaredNorms(out, a);
    },
    gatherRows: (out, table, rows) => {
      const N = table.shape[1] ?? "N";
      matchShapes("gatherRows", ["table", table, ["M", N]], ["rows", rows, ["R"], "int32"], ["out", out, ["R", N]]);
      inner.gatherRows(out, table, rows);
    },
    scatterRows: (out, rows, source) => {
      const N = out.shape[1] ?? "N";
      matchShapes("scatterRows", ["out", out, ["M", N]], ["rows", rows, ["R"], "int32"], ["source", source, ["R", N]]);
      inner.scatterRows(out, rows, source);
    },
    normaliseRows: (out, a) => {
      matchShapes("normaliseRows", ["a", a, ["M", "N"]], ["out", out, ["M", "N"]]);
      inner.normaliseRows(out, a);
    },
    removeParallel: (gradient, direction) => {
      matchShapes("removeParallel", ["gradient", gradient, ["M", "N"]], ["direction", direction, ["M", "N"]]);
      inner.removeParallel(gradient, direction);
    },
  };
}

function denseChecks(inner: Kernels): Partial<Kernels> {
  return {
    gemm: (out, a, b, options = {}) => {
      matchShapes(
        "gemm",
        ["out", out, ["M", "N"]],
        ["a", a, options.transposeA ? ["K", "M"] : ["M", "K"]],
        ["b", b, options.transposeB ? ["N", "K"] : ["K", "N"]],
        ...(options.bias ? [["bias", options.bias, ["N"]] as const] : []),
      );
      const epilogue = options.epilogue ?? "none";
      requireThat(
        "gemm",
        !options.accumulate || epilogue === "none",
        `accumulate with epilogue ${epilogue}`,
        "one of the two",
      );
      inner.gemm(out, a, b, options);
    },
  };
}

function transformerChecks(inner: Kernels): Partial<Kernels> {
  return {
    embedding: (out, tokenTable, positionTable, tokens, context) => {
      requireEmbedding("embedding", out, tokenTable, positionTable, tokens, context);
      inner.embedding(out, tokenTable, positionTable, tokens, context);
    },
    embeddingBackward: (dTokens, dPositions, dOut, tokens, context) => {
      requireEmbedding("embeddingBackward", dOut, dTokens, dPositions, tokens, context);
      inner.embeddingBackward(dTokens, dPositions, dOut, tokens, context);
    },
    layerNorm: (out, mean, inverseDeviation, x, gain, bias, epsilon) => {
      requireLayerNorm("layerNorm", { x, out, mean, inverseDeviation, gain, bias });
      inner.layerNorm(out, mean, inverseDeviation, x, gain, bias, epsilon);
    },
    layerNormBackward: (dX, dGain, dBias, dOut, x, gain, mean, inverseDeviation) => {
      requireLayerNorm("layerNormBackward", { x, out: dX, mean, inverseDeviation, gain, bias: dBias });
      matchShapes("layerNormBackward", ["dOut", dOut, x.shape], ["dGain", dGain, gain.shape]);
      inner.layerNormBackward(dX, dGain, dBias, dOut, x, gain, mean, inverseDeviation);
    },
    causalAttention: (out, logSumExp, qkv, dims) => {
      requireAttention("causalAttention", { out, qkv, logSumExp }, dims);
      inner.causalAttention(out, logSumExp, qkv, dims);
    },
    causalAttentionBackward: (dQkv, dOut, out, logSumExp, qkv, dims) => {
      requireAttention("causalAttentionBackward", { out, qkv, logSumExp }, dims);
      requireThat("causalAttentionBackward", dims.queries === undefined, `${dims.queries} queries`, "all positions");
      matchShapes("causalAttentionBackward", ["dOut", dOut, out.shape], ["dQkv", dQkv, qkv.shape]);
      inner.causalAttentionBackward(dQkv, dOut, out, logSumExp, qkv, dims);
    },
  };
}

function requireEmbedding(
  op: string,
  out: Tensor,
  table: Tensor,
  positions: Tensor,
  tokens: Tensor,
  context: number,
): void {
  const sizes = matchShapes(
    op,
    ["out", out, ["N", "D"]],
    ["token table", table, ["V", "D"]],
    ["position table", positions, ["C", "D"]],
    ["tokens", tokens, ["N"], "int32"],
  );
  const holds = Number.isInteger(context) && context >= 1 && context <= sizes.C!;
  requireThat(op, holds, `context ${context}`, `1 to the position table's ${sizes.C} rows`);
}

function requireLayerNorm(
  op: string,
  tensors: Record<"x" | "out" | "mean" | "inverseDeviation" | "gain" | "bias", Tensor>,
): void {
  matchShapes(
    op,
    ["x", tensors.x, ["N", "D"]],
    [op === "layerNorm" ? "out" : "dX", tensors.out, ["N", "D"]],
    ["mean", tensors.mean, ["N"]],
    ["inverseDeviation", tensors.inverseDeviation, ["N"]],
    ["gain", tensors.gain, ["D"]],
    [op === "layerNorm" ? "bias" : "dBias", tensors.bias, ["D"]],
  );
}

function requireAttention(op: string, tensors: Record<"out" | "qkv" | "logSumExp", Tensor>, dims: AttentionDims): void {
  const { batch, context, heads, queries = context } = dims;
  requireThat(op, queries >= 1 && queries <= context, `${queries} queries`, `1 to the context's ${context}`);
  const D = tensors.out.shape[1] ?? 0;
  matchShapes(
    op,
    ["out", tensors.out, [batch * queries, "D"]],
    ["qkv", tensors.qkv, [batch * context, 3 * D]],
    ["logSumExp", tensors.logSumExp, [batch, heads, queries]],
  );
  requireThat(op, heads >= 1 && D % heads === 0, `${heads} heads`, `a divisor of the width ${D}`);
}

function lossChecks(inner: Kernels): Partial<Kernels> {
  return {
    softmaxCrossEntropy: (loss, dLogits, logits, targets, scale) => {
      matchShapes(
        "softmaxCrossEntropy",
        ["logits", logits, ["N", "V"]],
        ["targets", targets, ["N"], "int32"],
        ["loss", loss, ["N"]],
        ...(dLogits ? [["dLogits", dLogits, ["N", "V"]] as const] : []),
      );
      inner.softmaxCrossEntropy(loss, dLogits, logits, targets, scale);
    },
    klDivergence: (out, clean, other) => {
      matchShapes("klDivergence", ["clean", clean, ["N", "V"]], ["other", other, ["N", "V"]], ["out", out, ["N"]]);
      inner.klDivergence(out, clean, other);
    },
    crossEntropyShift: (out, logits, shifts, moves) => {
      matchShapes(
        "crossEntropyShift",
        ["logits", logits, ["N", "V"]],
        ["shifts", shifts, ["M", "V"]],
        ["out", out, ["E"]],
        ["rows", moves.rows, ["E"], "int32"],
        ["shiftRows", moves.shiftRows, ["E"], "int32"],
        ["targets", moves.targets, ["E"], "int32"],
        ["stretches", moves.stretches, ["E"]],
        ["amounts", moves.amounts, ["E"]],
        ["centre", moves.centre, ["V"]],
      );
      inner.crossEntropyShift(out, logits, shifts, moves);
    },
  };
}

function optimiserChecks(inner: Kernels): Partial<Kernels> {
  return {
    clipFactor: (out, squaredNorm, maxNorm) => {
      matchShapes("clipFactor", ["out", out, [1]], ["squaredNorm", squaredNorm, [1]]);
      inner.clipFactor(out, squaredNorm, maxNorm);
    },
    adamW: (parameter, moment1, moment2, gradient, gradientScale, options) => {
      requireAlike("adamW", parameter, { moment1, moment2, gradient });
      matchShapes("adamW", ["parameter", parameter, parameter.shape]);
      if (gradientScale) matchShapes("adamW", ["gradientScale", gradientScale, [1]]);
      const { step, broken } = options;
      if (broken) matchShapes("adamW", ["broken", broken, [1]]);
      requireThat("adamW", Number.isInteger(step) && step >= 1, `step ${step}`, "1 at the first step");
      inner.adamW(parameter, moment1, moment2, gradient, gradientScale, options);
    },
  };
}
