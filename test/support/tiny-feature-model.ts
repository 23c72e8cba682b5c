import { type AutoencoderWeights, createAutoencoder } from "../../src/autoencoder/autoencoder.ts";
import type { Dictionary } from "../../src/autoencoder/dictionary.ts";
import type { Kernels } from "../../src/kernels/kernels.ts";
import { modelConfigSchema } from "../../src/model/config.ts";
import { parameterShapes, uploadParameters } from "../../src/model/parameters.ts";
import { createTransformer, type Transformer } from "../../src/model/transformer.ts";
import { createRandomStream } from "../../src/numerics/random.ts";
import type { TokenStream } from "../../src/text/contexts.ts";

/** A random transformer of 2 layers, small enough to be recomputed with plain loops. */
export function createTinyTransformer(kernels: Kernels, seed = 2): Transformer {
  const config = modelConfigSchema.parse({
    layers: 2,
    dModel: 8,
    heads: 2,
    dMlp: 12,
    contextLength: 16,
    vocabularySize: 61,
  });
  const random = createRandomStream(seed, "model");
  const arrays = [...parameterShapes(config)].map(([name, shape], index) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const gain = /ln_.*weight/.test(name) ? 1 : 0;
    const data = Float32Array.from({ length: size }, (_, i) => gain + 0.5 * random.normal(i + 10_000 * index));
    return [name, { shape, data }] as const;
  });
  return createTransformer(kernels, config, uploadParameters(kernels, config, new Map(arrays)));
}

/** A random dictionary whose feature 0 never fires. */
export function createTinyDictionary(
  kernels: Kernels,
  features: number,
  width: number,
): { readonly dictionary: Dictionary; readonly weights: AutoencoderWeights } {
  const random = createRandomStream(3, "dictionary", features, width);
  const matrix = (first: number) =>
    Float32Array.from({ length: features * width }, (_, i) => random.normal(first + i) / Math.sqrt(width));
  const bias = Float32Array.from({ length: features }, (_, i) => (i === 0 ? -1000 : -0.3 * random.uniform(90_000 + i)));
  const weights = {
    encoder: kernels.upload(matrix(0), [features, width]),
    encoderBias: kernels.upload(bias, [features]),
    decoder: kernels.upload(matrix(50_000), [features, width]),
    decoderBias: kernels.upload(
      Float32Array.from({ length: width }, (_, i) => 0.4 + 0.02 * i),
      [width],
    ),
  };
  return { dictionary: createAutoencoder(kernels, weights), weights };
}

/** Text of phrases that come again and again, so that many windows are equal; the last token of the vocabulary is never used. */
export function createRepetitiveText(contexts: number, contextLength: number, vocabularySize: number): TokenStream {
  const random = createRandomStream(4, "text");
  const phraseLength = 8;
  const tokens = Uint16Array.from({ length: contexts * contextLength + 1 }, (_, i) => {
    const place = Math.floor(i / phraseLength);
    const phrase = random.integer(place, 6);
    const isFixed = random.uniform(100_000 + place) < 0.6;
    return random.integer(
      isFixed ? 200_000 + phrase * phraseLength + (i % phraseLength) : 300_000 + i,
      vocabularySize - 1,
    );
  });
  return {
    tokens,
    documentStarts: Uint32Array.of(0, 100, 333, 700),
    documentLabels: [{}, {}, {}, {}],
  };
}
