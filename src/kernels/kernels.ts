/**
 * The one interface between everything that computes and the devices that do it. Three implementations share it:
 * `reference/` (plain TypeScript, the truth), `native` (C++, all cores) and later `webgpu`.
 *
 * Rules. Tensors are opaque: only `read` and `readInts` give numbers back, and only they are asynchronous; every other
 * call enqueues work and returns at once. Outputs come first and belong to the caller; an output must not share storage
 * with an input unless the op says it may. Gradients of parameters are added to (so that batches accumulate); gradients
 * of activations are overwritten unless the op says otherwise. Matrices are row-major. A wrong shape throws an `Error`
 * naming the op, got and wanted. Reductions have a fixed order: same bytes for any number of threads of one backend.
 */
export interface Kernels {
  readonly backend: "reference" | "native" | "webgpu";
  /** Instruction set or adapter in use, e.g. "avx512", "avx2", "baseline", "float32", "float64". */
  readonly level: string;
  readonly threads: number;

  // ── memory ──
  /** A tensor of zeros. */
  create(shape: readonly number[], dtype?: Dtype): Tensor;
  /** A new tensor holding a copy of `data`; its dtype follows the array. */
  upload(data: Float32Array | Int32Array, shape: readonly number[]): Tensor;
  /** Overwrites the whole tensor. */
  write(tensor: Tensor, data: Float32Array | Int32Array): void;
  /** A copy of a float32 tensor's values, after all work enqueued so far: `out` where it is given, of as many numbers. */
  read(tensor: Tensor, out?: Float32Array): Promise<Float32Array>;
  /** A copy of an int32 tensor's values, after all work enqueued so far. */
  readInts(tensor: Tensor): Promise<Int32Array>;
  /** Rows `first .. first + count` of the first dimension, sharing storage. */
  rows(tensor: Tensor, first: number, count: number): Tensor;
  /** The same storage under another shape of equal size. */
  reshape(tensor: Tensor, shape: readonly number[]): Tensor;
  /** Frees the storage now (garbage collection does it otherwise). Releasing a view does nothing. */
  release(tensor: Tensor): void;

  // ── element-wise and rows ──
  fill(out: Tensor, value: number): void;
  copy(out: Tensor, source: Tensor): void;
  /** out = a + factor * b. `out` may be `a` or `b`. */
  addScaled(out: Tensor, a: Tensor, b: Tensor, factor: number): void;
  /** out = factor * a. `out` may be `a`. */
  scale(out: Tensor, a: Tensor, factor: number): void;
  /** out[r] = a[r] + factor * row, out and a [M, N], row [N]. `out` may be `a`. */
  addRow(out: Tensor, a: Tensor, row: Tensor, factor: number): void;
  /** out[N] (+)= the sum over rows of a [M, N]. */
  columnSums(out: Tensor, a: Tensor, options?: { readonly accumulate?: boolean }): void;
  /** out[r] += factors[r] * a[r]; out, a [M, N], factors [M]. */
  addScaledRows(out: Tensor, a: Tensor, factors: Tensor): void;
  /** out[M] = the sum of squares of each row of a [M, N]. */
  rowSquaredNorms(out: Tensor, a: Tensor): void;
  /** out[1] = the sum of all elements. */
  sum(out: Tensor, a: Tensor): void;
  /** out[1] (+)= the sum of squares of all elements. */
  sumOfSquares(out: Tensor, a: Tensor, options?: { readonly accumulate?: boolean }): void;
  /** out[r] = table[rows[r]]; out [R, N], table [M, N], rows int32 [R]. */
  gatherRows(out: Tensor, table: Tensor, rows: Tensor): void;
  /** out[rows[r]] = source[r] for distinct rows; out [M, N], rows int32 [R], source [R, N]. */
  scatterRows(out: Tensor, rows: Tensor, source: Tensor): void;

  // ── matrix product ──
  /**
   * out [M, N] (+)= epilogue(scale * op(a) op(b) + bias), op(a) [M, K], op(b) [K, N]; a is stored [K, M] when
   * `transposeA`, b is stored [N, K] when `transposeB`; bias [N]. `accumulate` excludes an epilogue.
   */
  gemm(out: Tensor, a: Tensor, b: Tensor, options?: GemmOptions): void;

  // ── activation functions ──
  /** out = f(a). `out` may be `a`. */
  activate(out: Tensor, a: Tensor, activation: Activation): void;
  /**
   * dIn = dOut * f'(input), overwritten; `dIn` may be `dOut`. For relu, `input` may be the function's own output
   * (the derivative is 1 where it is positive).
   */
  activateBackward(dIn: Tensor, dOut: Tensor, input: Tensor, activation: Activation): void;

  // ── transformer ──
  /** out[r] = tokenTable[tokens[r]] + positionTable[r mod context]; out [N, D], tokens int32 [N]. */
  embedding(out: Tensor, tokenTable: Tensor, positionTable: Tensor, tokens: Tensor, context: number): void;
  /** Adds to both tables' gradients (their sizes as in `embedding`). */
  embeddingBackward(dTokens: Tensor, dPositions: Tensor, dOut: Tensor, tokens: Tensor, context: number): void;
  /** out = gain * (x - mean) * inverseDeviation + bias per row; x, out [N, D], mean and inverseDeviation [N] are outputs. */
  layerNorm(
    out: Tensor,
    mean: Tensor,
    inverseDeviation: Tensor,
    x: Tensor,
    gain: Tensor,
    bias: Tensor,
    epsilon: number,
  ): void;
  /** ADDS the input's gradient to dX (the residual stream's), and adds to dGain, dBias. */
  layerNormBackward(
    dX: Tensor,
    dGain: Tensor,
    dBias: Tensor,
    dOut: Tensor,
    x: Tensor,
    gain: Tensor,
    mean: Tensor,
    inverseDeviation: Tensor,
  ): void;
  /**
   * Causal multi-head attention, scores scaled by 1/sqrt(head width). out [B*Q, D]; logSumExp [B, heads, Q] is an output
   * kept for the backward pass; qkv [B*T, 3D] holds queries, keys, values side by side, heads contiguous in each. Q is
   * `dims.queries`: only the last Q positions of each context are asked for, all T if absent.
   */
  causalAttention(out: Tensor, logSumExp: Tensor, qkv: Tensor, dims: AttentionDims): void;
  /** Overwrites dQkv [B*T, 3D]; `dims.queries` is absent. */
  causalAttentionBackward(
    dQkv: Tensor,
    dOut: Tensor,
    out: Tensor,
    logSumExp: Tensor,
    qkv: Tensor,
    dims: AttentionDims,
  ): void;
  /**
   * loss[N] = -log softmax(logits)[target] in nats; logits [N, V], targets int32 [N] (a negative target: loss 0, gradient 0).
   * With dLogits, also dLogits = scale * (softmax - onehot); `dLogits` may be `logits`.
   */
  softmaxCrossEntropy(loss: Tensor, dLogits: Tensor | null, logits: Tensor, targets: Tensor, scale: number): void;
  /** out[N] = KL(softmax(clean) || softmax(other)) per row in nats; clean, other [N, V]. */
  klDivergence(out: Tensor, clean: Tensor, other: Tensor): void;
  /**
   * out[E] = what moves of rows of logits [N, V] do to their cross entropy in nats, precise also where that is little: move e
   * adds stretches[e] * (row - centre) + amounts[e] * shifts[shiftRows[e]] to a copy of row rows[e]; shifts [M, V]. Moves of
   * the same row are cheapest one after the other.
   */
  crossEntropyShift(out: Tensor, logits: Tensor, shifts: Tensor, moves: LogitMoves): void;

  // ── optimiser ──
  /** out[1] = min(1, maxNorm / (sqrt(squaredNorm[0]) + 1e-6)). */
  clipFactor(out: Tensor, squaredNorm: Tensor, maxNorm: number): void;
  /** One decoupled Adam step on equal-shaped tensors; the gradient is multiplied by gradientScale[0] where given. */
  adamW(
    parameter: Tensor,
    moment1: Tensor,
    moment2: Tensor,
    gradient: Tensor,
    gradientScale: Tensor | null,
    options: AdamOptions,
  ): void;
  /** out[r] = a[r] / ||a[r]||; a zero row stays zero. `out` may be `a`. */
  normaliseRows(out: Tensor, a: Tensor): void;
  /** gradient[r] -= (gradient[r] . direction[r]) direction[r] / ||direction[r]||^2, in place; both [M, N]. */
  removeParallel(gradient: Tensor, direction: Tensor): void;

  // ── sparse codes ──
  // A NaN is as active as a number can be, so that no selection hides it.
  /** Positive entries and NaN of each row of dense [B, m], less those below threshold[0] where given, in ascending order of index. */
  compact(codes: SparseCodes, dense: Tensor, threshold?: Tensor): void;
  /**
   * The k largest positive entries of each row of dense [B, m] (of equal ones those with the lower indices, NaN above all
   * numbers), in ascending order of index; fewer where fewer are positive. k is at least 1.
   */
  selectTopK(codes: SparseCodes, dense: Tensor, k: number): void;
  /**
   * out[1] = the largest t > 0, infinity included, such that at least `count` entries of dense [B, m] are >= t or NaN; the
   * smallest positive entry where fewer are positive, 0 where none is. count is at least 1.
   */
  batchTopKThreshold(out: Tensor, dense: Tensor, count: number): void;
  /** codes = positive entries and NaN of x weights^T + bias; x [B, d], weights [m, d], bias [m]. Never holds [B, m]. */
  encodeSparse(codes: SparseCodes, x: Tensor, weights: Tensor, bias: Tensor): void;
  /** out[b] = bias + sum over k of coefficients[b, k] * weights[indices[b, k]]; out [B, d], weights [m, d], bias [d] or null. */
  sparseDecode(out: Tensor, codes: SparseCodes, coefficients: Tensor, weights: Tensor, bias: Tensor | null): void;
  /** out[b, k] = x[b] . weights[i] + offsets[i], i = indices[b, k]; out [B, capacity], x [B, d], weights [m, d], offsets [m] or null. */
  sparseDot(out: Tensor, codes: SparseCodes, x: Tensor, weights: Tensor, offsets: Tensor | null): void;
  /**
   * How far codes.values are from x [B, d], in one pass over the rows of weights [m, d] that they name: with e = `sparseDecode`
   * of codes.values with bias, less x, squaredErrors[1] += the sum of squares of e, residual = factor * e, and
   * dots = `sparseDot` of that residual with offsets. residual [B, d], dots [B, capacity], bias [d] and offsets [m] or null.
   */
  sparseResidual(
    residual: Tensor,
    squaredErrors: Tensor,
    dots: Tensor,
    codes: SparseCodes,
    x: Tensor,
    weights: Tensor,
    options: SparseResidualOptions,
  ): void;
  /** out[i] += sum over (b, k) with index i of coefficients[b, k] * x[b], in ascending order of b; out [m, d], x [B, d]. */
  sparseOuter(out: Tensor, codes: SparseCodes, coefficients: Tensor, x: Tensor): void;
  /**
   * One step of `adamW` on weights [m, d] with a gradient that is never held as a matrix:
   * g[i] = sum over (b, k) with index i of coefficients[b, k] * (x[b] - shift), in ascending order of b,
   * + rowFactors[i] * weights[i]; without its part along weights[i] where `project`; times gradientScale[0] where given.
   * Every row takes the step, also those without entries. Then rows become unit vectors where `normalise`, as
   * `normaliseRows` makes them. moment1, moment2 [m, d], coefficients [B, capacity], x [B, d].
   */
  sparseAdam(
    weights: Tensor,
    moment1: Tensor,
    moment2: Tensor,
    codes: SparseCodes,
    coefficients: Tensor,
    x: Tensor,
    options: SparseAdamOptions,
  ): void;
  /** out[1] (+)= the squared norm of the gradient of `sparseAdam`, before gradientScale. */
  sparseGradientNorm(
    out: Tensor,
    codes: SparseCodes,
    coefficients: Tensor,
    x: Tensor,
    weights: Tensor,
    gradient: SparseGradientOptions,
    options?: { readonly accumulate?: boolean },
  ): void;
  /** out[i] += sum over (b, k) with index i of coefficients[b, k]; out [m]. */
  sparseColumnSums(out: Tensor, codes: SparseCodes, coefficients: Tensor): void;
  /** out[i] += number of rows whose codes hold index i; out int32 [m]. */
  sparseColumnCounts(out: Tensor, codes: SparseCodes): void;
  /** out[i] = max(out[i], values with index i); out [m]. */
  sparseColumnMaxima(out: Tensor, codes: SparseCodes): void;
}

export type Dtype = "float32" | "int32";

/** relu; gelu (exact, erf); gelu_new (GPT-2's tanh form). */
export type Activation = "relu" | "gelu" | "gelu_new";

/** An opaque block of numbers of one backend; `handle` belongs to that backend. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly handle: object;
}

export interface GemmOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  readonly scale?: number;
  readonly bias?: Tensor | null;
  readonly epilogue?: Activation | "none";
  readonly accumulate?: boolean;
}

export interface AttentionDims {
  readonly batch: number;
  readonly context: number;
  readonly heads: number;
  /** Positions asked for at the end of each context; all if absent. */
  readonly queries?: number;
}

/** What `crossEntropyShift` adds to which rows, and the token whose loss counts. */
export interface LogitMoves {
  readonly rows: Tensor; // int32 [E]
  readonly shiftRows: Tensor; // int32 [E]
  readonly targets: Tensor; // int32 [E]
  readonly stretches: Tensor; // [E]
  readonly amounts: Tensor; // [E]
  readonly centre: Tensor; // [V]
}

export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Steps done including this one: 1 at the first. Corrects the moments' bias. */
  readonly step: number;
  /** Becomes NaN where a parameter or moment is not finite after the step; left as it is otherwise. */
  readonly broken?: Tensor; // [1]
}

/** What `sparseResidual` adds and multiplies by. */
export interface SparseResidualOptions {
  readonly bias: Tensor | null; // [d]
  readonly offsets: Tensor | null; // [m]
  readonly factor: number;
}

/** What `sparseAdam` adds to the sum over entries, and what it takes away. */
export interface SparseGradientOptions {
  /** Subtracted from every row of x. */
  readonly shift: Tensor | null; // [d]
  /** How much of each row of the weights is added to its gradient. */
  readonly rowFactors: Tensor | null; // [m]
  /** Whether the gradient loses its part along the row of the weights; a zero row loses nothing. */
  readonly project: boolean;
}

export interface SparseAdamOptions extends AdamOptions, SparseGradientOptions {
  readonly gradientScale: Tensor | null; // [1]
  readonly normalise: boolean;
}

/**
 * The non-zero entries of a [B, m] matrix, row by row, in a fixed capacity. `counts[b]` is the true number of
 * positive entries of row b: where it exceeds `capacity` the row overflowed and holds its first `capacity` entries only,
 * and the caller must take the dense path. Ops touch the first min(counts[b], capacity) entries; the rest is undefined.
 */
export interface SparseCodes {
  readonly indices: Tensor; // int32 [B, capacity]
  readonly values: Tensor; // [B, capacity]
  readonly counts: Tensor; // int32 [B]
  readonly capacity: number;
}

/** Codes for `rows` rows with room for `capacity` entries each. */
export function createSparseCodes(kernels: Kernels, rows: number, capacity: number): SparseCodes {
  return {
    indices: kernels.create([rows, capacity], "int32"),
    values: kernels.create([rows, capacity]),
    counts: kernels.create([rows], "int32"),
    capacity,
  };
}
