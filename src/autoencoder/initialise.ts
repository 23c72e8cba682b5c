import type { Kernels } from "../kernels/kernels.ts";
import { createRandomStream } from "../numerics/random.ts";
import type { AutoencoderWeights } from "./autoencoder.ts";
import type { DictionaryConfig } from "./config.ts";

/** How the first weights are drawn. */
export interface InitialisationOptions {
  readonly features: number;
  readonly width: number;
  readonly encoderInitialisation: DictionaryConfig["encoderInitialisation"];
  readonly encoderScale: number;
  readonly seed: number;
}

/**
 * First weights: decoder rows are random directions of norm 1; the encoder is the decoder ("tied") or uniform within
 * 1/sqrt(width), which is how PyTorch's Linear reads "Kaiming uniform"; encoder biases 0; decoderBias [width] is given.
 */
export function initialiseAutoencoder(
  kernels: Kernels,
  options: InitialisationOptions,
  decoderBias: Float32Array,
): AutoencoderWeights {
  const { features, width } = options;
  const directions = drawDirections(features, width, options.seed);
  const encoder = options.encoderInitialisation === "tied" ? directions : drawKaiming(features, width, options.seed);
  const scaled = encoder.map((value) => value * options.encoderScale);
  return {
    encoder: kernels.upload(scaled, [features, width]),
    encoderBias: kernels.create([features]),
    decoder: kernels.upload(directions, [features, width]),
    decoderBias: kernels.upload(decoderBias, [width]),
  };
}

function drawDirections(features: number, width: number, seed: number): Float32Array {
  const stream = createRandomStream(seed, "autoencoder", "decoder");
  const directions = new Float32Array(features * width);
  for (let row = 0; row < features; row++) {
    const direction = directions.subarray(row * width, (row + 1) * width);
    let squares = 0;
    for (let i = 0; i < width; i++) {
      const value = stream.normal(row * width + i);
      direction[i] = value;
      squares += value * value;
    }
    const norm = Math.sqrt(squares);
    for (let i = 0; i < width; i++) direction[i] = direction[i]! / norm;
  }
  return directions;
}

function drawKaiming(features: number, width: number, seed: number): Float32Array {
  const stream = createRandomStream(seed, "autoencoder", "encoder");
  const bound = 1 / Math.sqrt(width);
  return Float32Array.from({ length: features * width }, (_, index) => (2 * stream.uniform(index) - 1) * bound);
}
