import type { Kernels, SparseCodes, Tensor } from "../kernels/kernels.ts";
import type { DictionaryConfig } from "./config.ts";
import type { Dictionary } from "./dictionary.ts";
import type { ResamplingSwitches } from "./resampling-config.ts";
import { createSparseEncoder } from "./sparse-encoder.ts";

/** What decides an input's chance. */
export interface WeighInputsOptions extends Pick<ResamplingSwitches, "drawBy" | "penaltyInLoss"> {
  /** The penalty's coefficient beside a sum of squared errors. */
  readonly l1SumOfSquares: number;
  readonly l1Weighting: DictionaryConfig["l1Weighting"];
}

/** Gives each row of a batch its chance to become a feature. */
export interface InputWeigher {
  /** One weight for each row of x [B, width]. */
  weigh(x: Tensor): Promise<Float64Array>;
  release(): void;
}

/**
 * Weighs inputs by their loss squared or by the length of their error. The loss is on the sum-of-squares scale: a recipe
 * that takes means instead has a constant multiple of it, which changes no probability.
 */
export async function createInputWeigher(
  kernels: Kernels,
  dictionary: Dictionary,
  options: WeighInputsOptions,
): Promise<InputWeigher> {
  const encoder = createSparseEncoder(kernels, dictionary);
  const penalties = await createPenalties(kernels, dictionary, options);
  return {
    weigh: async (x) => {
      const { codes } = await encoder.encode(x);
      const errors = await measureSquaredErrors(kernels, dictionary, codes, x);
      if (options.drawBy === "error-norm") return Float64Array.from(errors, Math.sqrt);
      const sums = await sumPenalties(kernels, codes, penalties);
      return Float64Array.from(errors, (error, row) => (error + sums[row]!) ** 2);
    },
    release: () => {
      encoder.release();
      kernels.release(penalties);
    },
  };
}

/** What a unit of each feature's activation costs; [features, 1]. */
async function createPenalties(
  kernels: Kernels,
  { directions, features }: Dictionary,
  { penaltyInLoss, l1SumOfSquares, l1Weighting }: WeighInputsOptions,
): Promise<Tensor> {
  const l1 = penaltyInLoss ? l1SumOfSquares : 0;
  if (l1Weighting === "none") return kernels.upload(new Float32Array(features).fill(l1), [features, 1]);
  const squares = await readSquaredNorms(kernels, directions);
  return kernels.upload(
    squares.map((square) => l1 * Math.sqrt(square)),
    [features, 1],
  );
}

async function measureSquaredErrors(
  kernels: Kernels,
  dictionary: Dictionary,
  codes: SparseCodes,
  x: Tensor,
): Promise<Float32Array> {
  const residual = kernels.create(x.shape);
  dictionary.decode(residual, codes);
  kernels.addScaled(residual, residual, x, -1);
  const errors = await readSquaredNorms(kernels, residual);
  kernels.release(residual);
  return errors;
}

async function sumPenalties(kernels: Kernels, codes: SparseCodes, penalties: Tensor): Promise<Float32Array> {
  const sums = kernels.create([codes.counts.shape[0]!, 1]);
  kernels.sparseDecode(sums, codes, codes.values, penalties, null);
  const values = await kernels.read(sums);
  kernels.release(sums);
  return values;
}

/** The sum of squares of each row of a [M, N]. */
export async function readSquaredNorms(kernels: Kernels, a: Tensor): Promise<Float32Array> {
  const squares = kernels.create([a.shape[0]!]);
  kernels.rowSquaredNorms(squares, a);
  const values = await kernels.read(squares);
  kernels.release(squares);
  return values;
}
