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

/** Four tensors of zeros shaped like the parameters. */
export function createAutoencoderTensors(kernels: Kernels, features: number, width: number): PerWeight<Tensor> {
  return mapWeights(autoencoderShapes(features, width), (shape) => kernels.create(shape));
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

/** The 2023 sparse autoencoder ("Towards Monosemanticity", appendix on the autoencoder) as a dictionary. Throws UserError on shapes that do not fit. */
export function createAutoencoder(kernels: Kernels, weights: AutoencoderWeights): Dictionary {
  const [features = 0, width = 0] = weights.encoder.shape;
  checkShapes(weights, autoencoderShapes(features, width));
  let centred: Tensor | undefined;
  const centre = (x: Tensor): Tensor => {
    if (centred?.shape[0] !== x.shape[0]) {
      if (centred) kernels.release(centred);
      centred = kernels.create([x.shape[0]!, width]);
    }
    prepareInput(kernels, centred!, x, weights);
    return centred!;
  };
  return {
    features,
    width,
    directions: weights.decoder,
    encode: (codes, x) => kernels.encodeSparse(codes, centre(x), weights.encoder, weights.encoderBias),
    encodeDense: (out, x) => encodeCentred(kernels, out, centre(x), weights),
    decode: (out, codes) => kernels.sparseDecode(out, codes, codes.values, weights.decoder, weights.decoderBias),
  };
}

/** centred = x - decoderBias, the encoder's input; both [B, width]. */
export function prepareInput(kernels: Kernels, centred: Tensor, x: Tensor, weights: AutoencoderWeights): void {
  kernels.addRow(centred, x, weights.decoderBias, -1);
}

/** out = relu(centred E^T + e); out [B, features], centred [B, width]. */
export function encodeCentred(kernels: Kernels, out: Tensor, centred: Tensor, weights: AutoencoderWeights): void {
  kernels.gemm(out, centred, weights.encoder, { transposeB: true, bias: weights.encoderBias, epilogue: "relu" });
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
