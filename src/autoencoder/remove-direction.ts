import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { UserError } from "../numerics/user-error.ts";
import type { Dictionary } from "./dictionary.ts";
import type { ActivationBatches } from "./draw-inputs.ts";
import type { FoldedDictionary } from "./fold-weights.ts";

// Dimensions: m features, d width; r the removed direction, mu the mean of raw activations.

/** A direction that a dictionary is trained without: it learns from x - (x . r) r (Nanda). */
export interface RemovedDirection {
  readonly direction: Float32Array; // [d], of norm 1
  /** mu . r: what the reconstruction of raw activations has along the direction, since the codes know nothing of it. */
  readonly mean: number;
}

/** The direction with the mean of the activations along it. Throws UserError where the two are of different widths. */
export function removeDirection(direction: Float32Array, mean: Float32Array): RemovedDirection {
  if (direction.length !== mean.length)
    throw new UserError(
      `dictionary.removeDirectionOf names a dictionary of width ${direction.length}, but the activations have ${mean.length}: name one of the same site`,
      2,
    );
  return { direction, mean: dot(direction, mean, 0) };
}

/** x - (x . r) r for a vector. */
export function projectVector(x: Float32Array, { direction }: RemovedDirection): Float32Array {
  const along = dot(direction, x, 0);
  return x.map((value, i) => value - along * direction[i]!);
}

/** Batches [B, d] without their parts along the direction, each valid until the next. */
export async function* projectBatches(
  kernels: Kernels,
  batches: ActivationBatches,
  removed: RemovedDirection,
): AsyncGenerator<Tensor> {
  const direction = kernels.upload(removed.direction, [1, removed.direction.length]);
  try {
    for await (const x of batches) {
      const projected = project(kernels, x, direction);
      yield projected;
      kernels.release(projected);
    }
  } finally {
    kernels.release(direction);
  }
}

/** A dictionary that was trained without a direction, for raw activations. */
export function withoutDirection(kernels: Kernels, dictionary: Dictionary, removed: RemovedDirection): Dictionary {
  const d = removed.direction.length;
  const direction = kernels.upload(removed.direction, [1, d]);
  const offset = kernels.upload(removed.direction, [d]);
  return {
    ...dictionary,
    encode: (codes, x) => {
      const projected = project(kernels, x, direction);
      dictionary.encode(codes, projected);
      kernels.release(projected);
    },
    decode: (out, codes) => {
      dictionary.decode(out, codes);
      kernels.addRow(out, out, offset, removed.mean);
    },
  };
}

/**
 * The weights of the same dictionary for raw activations. With E, e, b as trained: encoder E - (E r) r', encoder bias
 * e - (E r)(r . b), decoder as it is, decoder bias b + (mu . r) r.
 */
export function foldRemovedDirection(
  { weights, selection }: FoldedDictionary,
  removed: RemovedDirection,
): FoldedDictionary {
  const { direction: r, mean } = removed;
  const { encoder, encoderBias, decoderBias } = weights;
  const along = encoderBias.data.map((_, row) => dot(r, encoder.data, row * r.length));
  const ofBias = dot(r, decoderBias.data, 0);
  return {
    selection,
    weights: {
      ...weights,
      encoder: {
        ...encoder,
        data: encoder.data.map((value, i) => value - along[Math.floor(i / r.length)]! * r[i % r.length]!),
      },
      encoderBias: { ...encoderBias, data: encoderBias.data.map((value, row) => value - along[row]! * ofBias) },
      decoderBias: { ...decoderBias, data: decoderBias.data.map((value, i) => value + mean * r[i]!) },
    },
  };
}

function project(kernels: Kernels, x: Tensor, direction: Tensor): Tensor {
  const [B = 0] = x.shape;
  const out = kernels.create(x.shape);
  const along = kernels.create([B, 1]);
  kernels.copy(out, x);
  kernels.gemm(along, x, direction, { transposeB: true });
  kernels.gemm(out, along, direction, { scale: -1, accumulate: true });
  kernels.release(along);
  return out;
}

function dot(r: Float32Array, values: Float32Array, first: number): number {
  let sum = 0;
  for (let i = 0; i < r.length; i++) sum += r[i]! * values[first + i]!;
  return sum;
}
