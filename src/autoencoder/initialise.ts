import type { ActivationStatistics } from "../activations/statistics.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
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

/** Rows are drawn in pieces of about so many numbers: the weights of a large dictionary need not be in memory twice. */
const PIECE_NUMBERS = 2 ** 18;

/**
 * First weights. Decoder rows are random directions of norm `decoderScale`; the encoder is the decoder ("tied") or uniform,
 * times `encoderScale`; encoder biases are 0 or uniform; decoderBias [width] is given. A tied decoder is the encoder's tensor.
 */
export function initialiseAutoencoder(
  kernels: Kernels,
  options: InitialisationOptions,
  decoderBias: Float32Array,
): AutoencoderWeights {
  const { features, width, decoder, encoderScale } = options;
  const encoder = kernels.create([features, width]);
  const weights = {
    encoder,
    encoderBias: kernels.upload(drawEncoderBias(options), [features]),
    decoder: decoder === "tied" ? encoder : kernels.create([features, width]),
    decoderBias: kernels.upload(decoderBias, [width]),
  };
  const size = Math.min(features, Math.max(1, Math.floor(PIECE_NUMBERS / width)));
  const piece = new Float32Array(size * width);
  for (let first = 0; first < features; first += size) {
    const count = Math.min(size, features - first);
    const values = piece.subarray(0, count * width);
    const write = (matrix: Tensor) => kernels.write(kernels.rows(matrix, first, count), values);
    drawDecoder(values, first, options);
    write(weights.decoder);
    drawEncoder(values, first, options);
    for (let i = 0; i < values.length; i++) values[i]! *= encoderScale;
    write(encoder);
  }
  return weights;
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

/** Overwrites the decoder's rows [any, width] with the encoder's from row `first` on. */
function drawEncoder(rows: Float32Array, first: number, options: InitialisationOptions): void {
  const bound = chooseEncoderBound(options);
  if (bound !== undefined) fillUniform(rows, first * options.width, bound, options.seed, "encoder");
}

/**
 * PyTorch's Linear is uniform within 1/sqrt(fan-in); its kaiming_uniform_ within sqrt(6/fan-in), and reads the fan-in of a
 * [width, features] matrix as features. Undefined where the encoder is the decoder.
 */
function chooseEncoderBound({ encoderInitialisation, features, width }: InitialisationOptions): number | undefined {
  switch (encoderInitialisation) {
    case "tied":
      return undefined;
    case "kaiming-linear":
      return 1 / Math.sqrt(width);
    case "kaiming-relu":
      return Math.sqrt(6 / width);
    case "kaiming-relu-transposed":
      return Math.sqrt(6 / features);
    default:
      return encoderInitialisation satisfies never;
  }
}

function drawEncoderBias({ encoderBias, features, width, seed }: InitialisationOptions): Float32Array {
  if (encoderBias !== "uniform") return new Float32Array(features);
  return drawUniform(features, 1 / Math.sqrt(width), seed, "encoder bias");
}

/** Fills rows [any, width] with the decoder's from row `first` on. */
function drawDecoder(rows: Float32Array, first: number, options: InitialisationOptions): void {
  const { width, seed, decoderInitialisation = "directions", decoderScale = 1 } = options;
  const stream = createRandomStream(seed, "autoencoder", "decoder");
  const draw =
    decoderInitialisation === "directions" ? stream.normal : (index: number) => 2 * stream.uniform(index) - 1;
  for (let row = 0; row < rows.length / width; row++) {
    const values = rows.subarray(row * width, (row + 1) * width);
    let squares = 0;
    for (let i = 0; i < width; i++) {
      const value = draw((first + row) * width + i);
      values[i] = value;
      squares += value * value;
    }
    const norm = Math.sqrt(squares) / decoderScale;
    for (let i = 0; i < width; i++) values[i] = values[i]! / norm;
  }
}

function drawUniform(count: number, bound: number, seed: number, name: string): Float32Array {
  const values = new Float32Array(count);
  fillUniform(values, 0, bound, seed, name);
  return values;
}

/** Draws number `first` and those that follow of a stream. */
function fillUniform(values: Float32Array, first: number, bound: number, seed: number, name: string): void {
  const stream = createRandomStream(seed, "autoencoder", name);
  for (let i = 0; i < values.length; i++) values[i] = (2 * stream.uniform(first + i) - 1) * bound;
}
