import type { Kernels } from "../../src/kernels/kernels.ts";
import { createLiveSubject, type LiveFiles, type LiveSubject } from "../../src/live/live-subject.ts";
import { modelConfigSchema } from "../../src/model/config.ts";
import { parameterShapes } from "../../src/model/parameters.ts";
import { renderModelConfig } from "../../src/model/parse-model-config.ts";
import { parseSite } from "../../src/model/sites.ts";
import { createRandomStream } from "../../src/numerics/random.ts";
import { learnTokenizer } from "../../src/text/learn-tokenizer.ts";
import { renderTokenizerJson } from "../../src/text/tokenizer-json.ts";
import { type PlainHook, type PlainParameters, plainLogits, type Rows } from "./plain-transformer.ts";

/** A random model and dictionary, small enough to be recomputed in plain loops. */
export interface TinySubject {
  readonly files: LiveFiles;
  readonly create: (kernels: Kernels) => LiveSubject;
  readonly plain: PlainSubject;
}

/** The same numbers in plain loops. */
export interface PlainSubject {
  readonly contextLength: number;
  readonly logits: (tokens: readonly number[], hook?: PlainHook) => Rows;
  /** A vector's features. */
  readonly encode: (x: readonly number[]) => number[];
  readonly decode: (features: readonly number[]) => number[];
  readonly direction: (feature: number) => number[];
  /** A hook at the dictionary's site. */
  readonly at: (change: (x: readonly number[], position: number) => number[]) => PlainHook;
}

export const TINY_FEATURES = 20;
const TEXT = "the cat sat on the mat and the rat ran at the hat";

/** A subject of 1 or more layers with a context of 8 tokens, its dictionary at a site of one of them; feature 0 never fires. */
export function createTinySubject(layers = 1, kind = "mlp.hook_post", layer = 0): TinySubject {
  const tokenizer = learnTokenizer([TEXT], { vocabularySize: 270 });
  const config = modelConfigSchema.parse({
    ...{ layers, dModel: 8, heads: 2, dMlp: 12, contextLength: 8 },
    vocabularySize: tokenizer.tokens.length,
  });
  const site = `blocks.${layer}.${kind}`;
  const { width } = parseSite(site, config);
  const random = createRandomStream(2, "tiny live model");
  const parameters = new Map(
    [...parameterShapes(config)].map(([name, shape], index) => {
      const length = shape.reduce((a, b) => a * b, 1);
      const gain = /ln_.*weight/.test(name) ? 1 : 0;
      const data = Float32Array.from({ length }, (_, i) => gain + 0.5 * random.normal(i + 10_000 * index));
      return [name, { shape, data }] as const;
    }),
  );
  const weights = drawDictionary(width);
  const files: LiveFiles = {
    modelConfig: renderModelConfig(config) as Record<string, unknown>,
    model: { tensors: parameters, metadata: {} },
    tokenizer: renderTokenizerJson(tokenizer),
    site,
    dictionary: { tensors: new Map(Object.entries(weights)), metadata: { kind: "relu" } },
    layerNormScale: 0.7,
    unusedTokens: Array.from({ length: 90 }, (_, i) => 2 * i),
  };
  const plainParameters: PlainParameters = new Map([...parameters].map(([name, { data }]) => [name, data]));
  return {
    files,
    create: (kernels) => createLiveSubject(kernels, files),
    plain: {
      contextLength: config.contextLength,
      logits: (tokens, hook) => plainLogits(config, plainParameters, tokens, hook),
      ...plainDictionary(weights, width),
      at: (change) => (atLayer, atKind, rows) => {
        if (`blocks.${atLayer}.${atKind}` !== site) return;
        for (const [position, row] of rows.entries()) rows[position] = change(row, position);
      },
    },
  };
}

type Weights = ReturnType<typeof drawDictionary>;

function drawDictionary(width: number) {
  const random = createRandomStream(3, "tiny live dictionary", width);
  const m = TINY_FEATURES;
  const encoder = Float32Array.from({ length: m * width }, (_, i) => random.normal(i) / Math.sqrt(width));
  const encoderBias = Float32Array.from({ length: m }, (_, i) => (i === 0 ? -1000 : -0.3 * random.uniform(9000 + i)));
  const rows = Array.from({ length: m }, (_, i) =>
    Array.from({ length: width }, (_v, j) => random.normal(5000 + i * width + j)),
  );
  const decoder = Float32Array.from(rows.flatMap((row) => row.map((value) => value / Math.hypot(...row))));
  const decoderBias = Float32Array.from({ length: width }, (_, i) => 0.1 + 0.02 * i);
  return {
    encoder: { shape: [m, width], data: encoder },
    encoderBias: { shape: [m], data: encoderBias },
    decoder: { shape: [m, width], data: decoder },
    decoderBias: { shape: [width], data: decoderBias },
  };
}

function plainDictionary(weights: Weights, width: number): Pick<PlainSubject, "encode" | "decode" | "direction"> {
  const row = (matrix: Float32Array, i: number) => Array.from(matrix.subarray(i * width, (i + 1) * width));
  const bias = Array.from(weights.decoderBias.data);
  const direction = (feature: number) => row(weights.decoder.data, feature);
  return {
    direction,
    encode: (x) =>
      Array.from(weights.encoderBias.data, (offset, i) =>
        Math.max(
          0,
          row(weights.encoder.data, i).reduce((sum, weight, j) => sum + weight * (x[j]! - bias[j]!), offset),
        ),
      ),
    decode: (features) => bias.map((value, j) => features.reduce((sum, f, i) => sum + f * direction(i)[j]!, value)),
  };
}
