import type { Kernels } from "../kernels/kernels.ts";
import { autoencoderShapes, encodeDecoderBias, mapWeights, type PerWeight } from "./autoencoder.ts";
import type { DictionaryConfig } from "./config.ts";
import type { Dictionary } from "./dictionary.ts";
import { createDictionary, type FeatureSelection } from "./top-k-dictionary.ts";
import type { DictionarySnapshot, TrainingState } from "./training-state.ts";

/** Rows nearer to norm 1 than this are left as they are. */
const UNIT_TOLERANCE = 1e-6;

/** A dictionary as it is kept: it reads raw activations less the decoder bias, and its decoder rows have norm 1 (or 0). */
export interface FoldedDictionary {
  readonly weights: PerWeight<{ readonly shape: readonly number[]; readonly data: Float32Array }>;
  readonly selection: FeatureSelection;
}

/** The kept dictionary on the device. */
export function uploadDictionary(kernels: Kernels, { weights, selection }: FoldedDictionary): Dictionary {
  const uploaded = mapWeights(weights, ({ shape, data }) => kernels.upload(data, shape));
  return createDictionary(kernels, uploaded, selection);
}

/** The four weights as they were learned, and the units they were learned in. */
type Foldable = Pick<DictionarySnapshot, "tensors" | "activationScale" | "threshold">;

type Form = Pick<DictionaryConfig, "kind" | "k" | "preEncoderBias">;

/**
 * Folds activation scaling s, decoder norms n and a missing pre-encoder bias into the weights, so that the reconstruction of
 * raw activations stays what it was and each feature is n / s times what it was: encoder n E, encoder bias n e / s (or
 * n (e + E b) / s), decoder D / n, decoder bias b / s.
 */
export function foldWeights(snapshot: Foldable, form: Form): FoldedDictionary {
  const arrays = readArrays(snapshot);
  const { activationScale, threshold } = snapshot;
  const width = arrays.decoderBias.length;
  const features = arrays.encoderBias.length;
  const norms = rowNorms(arrays.decoder, width);
  const isUnit = norms.every((norm) => Math.abs(norm - 1) < UNIT_TOLERANCE);
  const byNorm = (values: Float32Array, factor: (norm: number) => number) =>
    isUnit ? values : values.map((value, i) => value * factor(norms[Math.floor(i / width)]!));
  const shapes = autoencoderShapes(features, width);
  const readBias = form.preEncoderBias ? () => 0 : (row: number) => dotRow(arrays.encoder, row, arrays.decoderBias);
  const biasFactor = (row: number) => (isUnit ? 1 : norms[row]!) / activationScale;
  return {
    weights: {
      encoder: { shape: shapes.encoder, data: byNorm(arrays.encoder, (norm) => norm) },
      encoderBias: {
        shape: shapes.encoderBias,
        data: arrays.encoderBias.map((value, row) => (value + readBias(row)) * biasFactor(row)),
      },
      decoder: { shape: shapes.decoder, data: byNorm(arrays.decoder, (norm) => (norm > 0 ? 1 / norm : 0)) },
      decoderBias: { shape: shapes.decoderBias, data: arrays.decoderBias.map((value) => value / activationScale) },
    },
    selection: describeSelection(form, threshold / activationScale),
  };
}

/** The dictionary that the state's weights are: it reads activations already scaled as training scales them. */
export function createTrainingDictionary(
  kernels: Kernels,
  { weights, threshold }: TrainingState,
  form: Form,
): Dictionary {
  const selection = describeSelection(form, threshold);
  if (form.preEncoderBias) return createDictionary(kernels, weights, selection);
  const encoderBias = kernels.create(weights.encoderBias.shape);
  encodeDecoderBias(kernels, encoderBias, weights, 1);
  return createDictionary(kernels, { ...weights, encoderBias }, selection);
}

/** The same dictionary for raw activations, as a look during training needs it; features are in the units of training. */
export function createStateDictionary(kernels: Kernels, state: TrainingState, form: Form): Dictionary {
  const dictionary = createTrainingDictionary(kernels, state, form);
  const { activationScale } = state;
  if (activationScale === 1) return dictionary;
  return {
    ...dictionary,
    encode: (codes, x) => {
      const scaled = kernels.create(x.shape);
      kernels.scale(scaled, x, activationScale);
      dictionary.encode(codes, scaled);
      kernels.release(scaled);
    },
    decode: (out, codes) => {
      dictionary.decode(out, codes);
      kernels.scale(out, out, 1 / activationScale);
    },
  };
}

function describeSelection({ kind, k }: Form, threshold: number): FeatureSelection {
  switch (kind) {
    case "relu":
      return { kind };
    case "topk":
      return { kind, k };
    case "batch-topk":
      return { kind, threshold };
    default:
      return kind satisfies never;
  }
}

function readArrays({ tensors }: Foldable): PerWeight<Float32Array> {
  const read = (name: string) => tensors.get(name)!.data as Float32Array;
  return {
    encoder: read("encoder"),
    encoderBias: read("encoderBias"),
    decoder: read("decoder"),
    decoderBias: read("decoderBias"),
  };
}

/** The Euclidean length of each row of `width` numbers. */
export function rowNorms(matrix: Float32Array, width: number): Float64Array {
  return Float64Array.from({ length: matrix.length / width }, (_, row) =>
    Math.sqrt(dotRow(matrix, row, matrix.subarray(row * width, (row + 1) * width))),
  );
}

function dotRow(matrix: Float32Array, row: number, vector: Float32Array): number {
  const first = row * vector.length;
  return vector.reduce((sum, value, i) => sum + value * matrix[first + i]!, 0);
}
