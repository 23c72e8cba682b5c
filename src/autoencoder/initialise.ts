import type { ActivationStatistics } from "../activations/statistics.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { createRandomStream } from "../numerics/random.ts";
import type { AutoencoderWeights } from "./autoencoder.ts";
import type { DictionaryConfig } from "./config.ts";
import { createTrainingState, type TrainingState } from "./training-state.ts";

/** How the first weights are drawn; what is absent is as in the configuration's defaults. */
export interface InitialisationOptions
  extends Pick<DictionaryConfig, "features" | "seed" | "encoderInitialisation" | "encoderScale">,
    Partial<Pick<DictionaryConfig, "decoder" | "decoderInitialisation" | "decoderScale" | "encoderBias">> {
  readonly width: number;
}

/** What of a sample of activations the first weights depend on. */
export type InitialStatistics = Pick<ActivationStatistics, "mean" | "geometricMedian" | "meanNorm">;

/** The state before the first step on activations with these statistics, for any configuration. */
export function createInitialState(
  kernels: Kernels,
  config: DictionaryConfig,
  statistics: InitialStatistics,
): TrainingState {
  const width = statistics.mean.length;
  const scale = config.activationScaling === "sqrt-width" ? Math.sqrt(width) / statistics.meanNorm : 1;
  const bias = chooseDecoderBias(config, statistics).map((value) => value * scale);
  return createTrainingState(kernels, initialiseAutoencoder(kernels, { ...config, width }, bias), scale);
}

/**
 * First weights. Decoder rows are random directions of norm `decoderScale`; the encoder is the decoder ("tied") or uniform,
 * times `encoderScale`; encoder biases are 0 or uniform; decoderBias [width] is given. A tied decoder is the encoder's tensor.
 */
export function initialiseAutoencoder(
  kernels: Kernels,
  options: InitialisationOptions,
  decoderBias: Float32Array,
): AutoencoderWeights {
  const { features, width } = options;
  const directions = drawDecoder(options);
  const encoder = drawEncoder(options, directions).map((value) => value * options.encoderScale);
  const uploaded = kernels.upload(encoder, [features, width]);
  return {
    encoder: uploaded,
    encoderBias: kernels.upload(drawEncoderBias(options), [features]),
    decoder: options.decoder === "tied" ? uploaded : kernels.upload(directions, [features, width]),
    decoderBias: kernels.upload(decoderBias, [width]),
  };
}

function chooseDecoderBias(config: DictionaryConfig, statistics: InitialStatistics): Float32Array {
  const { decoderBias, features, seed } = config;
  const width = statistics.mean.length;
  switch (decoderBias) {
    case "zeros":
      return new Float32Array(width);
    case "uniform":
      return drawUniform(width, 1 / Math.sqrt(features), seed, "decoder bias");
    case "mean":
      return statistics.mean;
    case "geometric-median":
      return statistics.geometricMedian;
    default:
      return decoderBias satisfies never;
  }
}

/** PyTorch's Linear is uniform within 1/sqrt(fan-in); its kaiming_uniform_ within sqrt(6/fan-in), and reads the fan-in of a [width, features] matrix as features. */
function drawEncoder(
  { encoderInitialisation, features, width, seed }: InitialisationOptions,
  directions: Float32Array,
): Float32Array {
  const draw = (bound: number) => drawUniform(features * width, bound, seed, "encoder");
  switch (encoderInitialisation) {
    case "tied":
      return directions;
    case "kaiming-linear":
      return draw(1 / Math.sqrt(width));
    case "kaiming-relu":
      return draw(Math.sqrt(6 / width));
    case "kaiming-relu-transposed":
      return draw(Math.sqrt(6 / features));
    default:
      return encoderInitialisation satisfies never;
  }
}

function drawEncoderBias({ encoderBias, features, width, seed }: InitialisationOptions): Float32Array {
  if (encoderBias !== "uniform") return new Float32Array(features);
  return drawUniform(features, 1 / Math.sqrt(width), seed, "encoder bias");
}

function drawDecoder(options: InitialisationOptions): Float32Array {
  const { features, width, seed, decoderInitialisation = "directions", decoderScale = 1 } = options;
  const stream = createRandomStream(seed, "autoencoder", "decoder");
  const draw =
    decoderInitialisation === "directions" ? stream.normal : (index: number) => 2 * stream.uniform(index) - 1;
  const rows = new Float32Array(features * width);
  for (let row = 0; row < features; row++) {
    const values = rows.subarray(row * width, (row + 1) * width);
    let squares = 0;
    for (let i = 0; i < width; i++) {
      const value = draw(row * width + i);
      values[i] = value;
      squares += value * value;
    }
    const norm = Math.sqrt(squares) / decoderScale;
    for (let i = 0; i < width; i++) values[i] = values[i]! / norm;
  }
  return rows;
}

function drawUniform(count: number, bound: number, seed: number, name: string): Float32Array {
  const stream = createRandomStream(seed, "autoencoder", name);
  return Float32Array.from({ length: count }, (_, index) => (2 * stream.uniform(index) - 1) * bound);
}
