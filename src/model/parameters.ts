import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { createRandomStream } from "../numerics/random.ts";
import { UserError } from "../numerics/user-error.ts";
import { checkModelConfig, type ModelConfig } from "./config.ts";

/** A transformer's tensors by their names in Hugging Face's GPT-2; linear weights are stored [in, out]. */
export type Parameters = ReadonlyMap<string, Tensor>;

/** Numbers with their shape, outside any device. */
export interface ShapedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const INITIAL_DEVIATION = 0.02;

/** Every parameter's name and shape, in a fixed order. */
export function parameterShapes(config: ModelConfig): Map<string, readonly number[]> {
  const { dModel: D, dMlp: M, vocabularySize: V, contextLength: T } = config;
  const shapes = new Map<string, readonly number[]>();
  const layerNorm = (name: string) => shapes.set(`${name}.weight`, [D]).set(`${name}.bias`, [D]);
  const linear = (name: string, inputs: number, outputs: number) =>
    shapes.set(`${name}.weight`, [inputs, outputs]).set(`${name}.bias`, [outputs]);
  shapes.set("wte.weight", [V, D]).set("wpe.weight", [T, D]);
  for (let layer = 0; layer < config.layers; layer++) {
    layerNorm(`h.${layer}.ln_1`);
    linear(`h.${layer}.attn.c_attn`, D, 3 * D);
    linear(`h.${layer}.attn.c_proj`, D, D);
    layerNorm(`h.${layer}.ln_2`);
    linear(`h.${layer}.mlp.c_fc`, D, M);
    linear(`h.${layer}.mlp.c_proj`, M, D);
  }
  layerNorm("ln_f");
  if (!config.tiedEmbeddings) shapes.set("lm_head.weight", [V, D]);
  return shapes;
}

/** The number of trainable numbers, tied embeddings counted once. */
export function countParameters(config: ModelConfig): number {
  let total = 0;
  for (const shape of parameterShapes(config).values()) total += sizeOf(shape);
  return total;
}

/**
 * A new model's parameters as GPT-2 draws them: N(0, 0.02), projections into the residual stream divided by
 * sqrt(2 layers), biases 0, layer-norm gains 1. A function of the seed alone, whatever the backend.
 */
export function createParameters(kernels: Kernels, config: ModelConfig, seed: number): Parameters {
  const arrays = new Map<string, ShapedArray>();
  for (const [name, shape] of parameterShapes(config)) {
    arrays.set(name, { shape, data: initialValues(name, shape, config, seed) });
  }
  return uploadParameters(kernels, config, arrays);
}

/** Puts stored parameters on the device; a `UserError` where a name or a shape does not fit the config. */
export function uploadParameters(
  kernels: Kernels,
  config: ModelConfig,
  arrays: ReadonlyMap<string, ShapedArray>,
): Parameters {
  checkModelConfig(config);
  const parameters = new Map<string, Tensor>();
  for (const [name, shape] of parameterShapes(config)) {
    const array = arrays.get(name);
    if (array === undefined) throw new UserError(`the model's weights lack "${name}", which the config asks for`);
    if (array.shape.join() !== shape.join()) {
      throw new UserError(`the model's "${name}" has shape [${array.shape}], the config says [${shape}]`);
    }
    parameters.set(name, kernels.upload(array.data, shape));
  }
  return parameters;
}

/** Copies named tensors from the device. */
export async function downloadTensors(
  kernels: Kernels,
  tensors: ReadonlyMap<string, Tensor>,
): Promise<Map<string, ShapedArray>> {
  const arrays = new Map<string, ShapedArray>();
  for (const [name, tensor] of tensors) arrays.set(name, { shape: tensor.shape, data: await kernels.read(tensor) });
  return arrays;
}

function initialValues(name: string, shape: readonly number[], config: ModelConfig, seed: number): Float32Array {
  const data = new Float32Array(sizeOf(shape));
  if (/ln_(1|2|f)\.weight$/.test(name)) return data.fill(1);
  if (name.endsWith(".bias")) return data;
  const deviation = INITIAL_DEVIATION / (name.endsWith("c_proj.weight") ? Math.sqrt(2 * config.layers) : 1);
  const random = createRandomStream(seed, "model", "initial", name);
  for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal(i);
  return data;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
