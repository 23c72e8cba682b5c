import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { UserError } from "../numerics/user-error.ts";
import type { Dictionary } from "./dictionary.ts";

/** The four parameters of f = relu(E (x - b) + e), reconstruction = f D + b. */
export interface AutoencoderWeights {
  readonly encoder: Tensor; // [features, width]
  readonly encoderBias: Tensor; // [features]
  readonly decoder: Tensor; // [features, width], rows of unit norm
  readonly decoderBias: Tensor; // [width]
}

/** The parameters' names in the order in which they are stored and updated. */
export const autoencoderWeightNames = ["encoder", "encoderBias", "decoder", "decoderBias"] as const;

/** A tensor for each of the four parameters. */
export type PerWeight<T> = Readonly<Record<(typeof autoencoderWeightNames)[number], T>>;

/** The shape of each parameter. */
export function autoencoderShapes(features: number, width: number): PerWeight<readonly number[]> {
  return { encoder: [features, width], encoderBias: [features], decoder: [features, width], decoderBias: [width] };
}

/** Applies `transform` to each of the four. */
export function mapWeights<T, U>(
  from: PerWeight<T>,
  transform: (value: T, name: keyof PerWeight<T>) => U,
): PerWeight<U> {
  return {
    encoder: transform(from.encoder, "encoder"),
    encoderBias: transform(from.encoderBias, "encoderBias"),
    decoder: transform(from.decoder, "decoder"),
    decoderBias: transform(from.decoderBias, "decoderBias"),
  };
}

/**
 * The 2023 sparse autoencoder ("Towards Monosemanticity", appendix on the autoencoder) as a dictionary of the weights as
 * they are now. It reads activations as they are, zeros included: the subtracted bias is folded into the encoder's.
 * Throws UserError on shapes that do not fit.
 */
export function createAutoencoder(kernels: Kernels, weights: AutoencoderWeights): Dictionary {
  const [features, width] = checkWeights(weights);
  const bias = kernels.create([features]);
  encodeDecoderBias(kernels, bias, weights, -1);
  return {
    features,
    width,
    directions: weights.decoder,
    encode: (codes, x) => kernels.encodeSparse(codes, x, weights.encoder, bias),
    decode: (out, codes) => kernels.sparseDecode(out, codes, codes.values, weights.decoder, weights.decoderBias),
  };
}

/** out = encoderBias + factor * (encoder . decoderBias): with factor -1 the bias for activations from which none is subtracted; out [features]. */
export function encodeDecoderBias(kernels: Kernels, out: Tensor, weights: AutoencoderWeights, factor: number): void {
  const [m = 0, d = 0] = weights.encoder.shape;
  kernels.gemm(kernels.reshape(out, [1, m]), kernels.reshape(weights.decoderBias, [1, d]), weights.encoder, {
    transposeB: true,
    scale: factor,
    bias: weights.encoderBias,
  });
}

/** out = relu(x E^T + bias) for every feature; out [B, features], x [B, width], bias [features]. */
export function encodeDense(kernels: Kernels, out: Tensor, x: Tensor, encoder: Tensor, bias: Tensor): void {
  kernels.gemm(out, x, encoder, { transposeB: true, bias, epilogue: "relu" });
}

/** Features and width. Throws UserError where the four shapes do not fit one another. */
export function checkWeights(weights: AutoencoderWeights): readonly [features: number, width: number] {
  const [features = 0, width = 0] = weights.encoder.shape;
  checkShapes(weights, autoencoderShapes(features, width));
  return [features, width];
}

function checkShapes(weights: AutoencoderWeights, wanted: PerWeight<readonly number[]>): void {
  for (const name of autoencoderWeightNames) {
    const got = weights[name].shape;
    if (got.join() === wanted[name].join()) continue;
    throw new UserError(
      `The dictionary's ${name} has shape [${got.join(", ")}], but its encoder [features, width] asks for [${wanted[name].join(", ")}]: the file is transposed or mixed from two dictionaries.`,
    );
  }
}
