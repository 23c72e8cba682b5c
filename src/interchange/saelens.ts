import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../numerics/user-error.ts";
import { readSafetensors, type StoredTensor, type TensorFile, writeSafetensors } from "../store/safetensors.ts";
import { writeJson } from "../store/write-atomically.ts";
import { parseSaelensConfig, type SaelensConfig } from "./saelens-config.ts";

// Dimensions: m features, d width.

/** A dictionary on its way from or to another program: reads raw activations, decoder rows of norm 1 (0 where a feature writes nothing). */
export interface PortableDictionary {
  readonly kind: "relu" | "topk" | "batch-topk";
  readonly features: number;
  readonly width: number;
  readonly encoder: Float32Array; // [m, d]
  readonly encoderBias: Float32Array; // [m]
  readonly decoder: Float32Array; // [m, d]
  readonly decoderBias: Float32Array; // [d]
  /** Of `topk` and `batch-topk`. */
  readonly k?: number;
  /** Activations below it are silent, for `batch-topk`. */
  readonly threshold?: number;
  readonly site: string | undefined;
}

/** What a directory is written with besides the dictionary. */
export interface SaelensExport {
  readonly layout: "6" | "before-6";
  readonly modelName: string;
  readonly contextSize: number;
  /** Share of tokens on which each feature fires, if measured. */
  readonly densities?: Float32Array; // [m]
}

/** The first version with nested metadata; the layout is told apart by it. */
const LAYOUT_VERSION = { "6": "6.0.0", "before-6": "5.11.0" } as const;
const WEIGHTS = "sae_weights.safetensors";
const SPARSITY = "sparsity.safetensors";
const SMALLEST_DENSITY = 1e-10;

/**
 * Reads a SAELens directory (`cfg.json`, `sae_weights.safetensors`) of version 6 or before. Norms and biases are folded:
 * f = relu(E (x - b) + e) with decoder rows of norm 1 gives the same reconstructions. Throws UserError naming file and field.
 */
export function readSaelens(directory: string): PortableDictionary {
  const [configPath, weightsPath] = [join(directory, "cfg.json"), join(directory, WEIGHTS)];
  for (const path of [configPath, weightsPath])
    if (!existsSync(path)) throw new UserError(`${path} is missing: ${directory} is no SAELens directory`);
  const config = parseSaelensConfig(readConfig(configPath), configPath);
  const file = readSafetensors(weightsPath);
  const raw = readWeights(file, config, weightsPath);
  const norms = measureNorms(raw.decoder, config.width);
  const folded = foldDecoderNorms(raw, norms, config);
  return {
    ...folded,
    ...describeKind(config, file, norms, weightsPath),
    features: config.features,
    width: config.width,
    encoderBias: config.subtractsDecoderBias ? folded.encoderBias : addProjection(folded),
    site: config.site,
  };
}

/** Writes a SAELens directory; a batch-topk dictionary becomes a jumprelu one, as SAELens itself does after training. */
export function writeSaelens(directory: string, dictionary: PortableDictionary, options: SaelensExport): void {
  const { features: m, width: d, encoder, encoderBias, decoder, decoderBias, threshold } = dictionary;
  const tensors = new Map<string, StoredTensor>([
    ["W_enc", { shape: [d, m], data: transpose(encoder, m, d) }],
    ["b_enc", { shape: [m], data: encoderBias }],
    ["W_dec", { shape: [m, d], data: decoder }],
    ["b_dec", { shape: [d], data: decoderBias }],
  ]);
  if (dictionary.kind === "batch-topk")
    tensors.set("threshold", { shape: [m], data: new Float32Array(m).fill(threshold ?? 0) });
  writeSafetensors(join(directory, WEIGHTS), tensors);
  if (options.densities)
    writeSafetensors(
      join(directory, SPARSITY),
      new Map([["sparsity", { shape: [m], data: options.densities.map((p) => Math.log10(p + SMALLEST_DENSITY)) }]]),
    );
  writeJson(join(directory, "cfg.json"), renderConfig(dictionary, options));
}

function readConfig(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UserError(`${path} is not JSON: ${(error as Error).message}`);
  }
}

interface Weights {
  readonly encoder: Float32Array; // [m, d]
  readonly encoderBias: Float32Array; // [m]
  readonly decoder: Float32Array; // [m, d]
  readonly decoderBias: Float32Array; // [d]
}

function readWeights({ tensors }: TensorFile, { features: m, width: d }: SaelensConfig, path: string): Weights {
  const take = (name: string, shape: readonly number[]): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new UserError(`${path}: tensor ${name} is missing`);
    if (tensor.shape.join() !== shape.join())
      throw new UserError(
        `${path}: ${name} has shape [${tensor.shape.join(", ")}], cfg.json asks for [${shape.join(", ")}]${describeSwap(tensor.shape, shape)}`,
      );
    const wrong = (tensor.data as Float32Array).findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0)
      throw new UserError(`${path}: ${name} holds ${tensor.data[wrong]} at ${wrong}, wanted finite numbers`);
    return tensor.data as Float32Array;
  };
  const decoder = scaleRows(take("W_dec", [m, d]), tensors.has("scaling_factor") ? take("scaling_factor", [m]) : null);
  const encoder = transpose(take("W_enc", [d, m]), d, m);
  if (m === d) refuseTransposed(encoder, decoder, m, path);
  return { encoder, decoder, encoderBias: take("b_enc", [m]), decoderBias: take("b_dec", [d]) };
}

/** Activations times a scaling factor (versions before 6) are written by rows as much longer. */
function scaleRows(decoder: Float32Array, factors: Float32Array | null): Float32Array {
  if (factors === null) return decoder;
  const width = decoder.length / factors.length;
  return decoder.map((value, index) => value * factors[Math.floor(index / width)]!);
}

function describeSwap(got: readonly number[], wanted: readonly number[]): string {
  return got.toReversed().join() === wanted.join() ? ": it is transposed, or W_enc and W_dec are swapped" : "";
}

/** A square matrix hides its orientation from shapes, but a feature reads what it writes: its encoder row resembles its decoder row. */
function refuseTransposed(encoder: Float32Array, decoder: Float32Array, size: number, path: string): void {
  const right = meanCosine(encoder, decoder, size);
  const turned = meanCosine(transpose(encoder, size, size), decoder, size);
  if (turned > 0.2 && turned > 2 * Math.abs(right))
    throw new UserError(
      `${path}: W_enc is transposed: its rows resemble those of W_dec (mean cosine ${turned.toFixed(2)}), its columns should (${right.toFixed(2)})`,
    );
}

function measureNorms(decoder: Float32Array, width: number): Float32Array {
  return Float32Array.from({ length: decoder.length / width }, (_, i) =>
    Math.hypot(...decoder.subarray(i * width, (i + 1) * width)),
  );
}

function foldDecoderNorms(weights: Weights, norms: Float32Array, config: SaelensConfig): Weights {
  const uneven = norms.findIndex((norm) => Math.abs(norm - 1) > 1e-3);
  if (config.architecture === "topk" && !config.rescaledByDecoderNorm && uneven >= 0)
    throw new UserError(
      `the decoder row of feature ${uneven} has norm ${norms[uneven]!.toFixed(4)}, wanted 1: a topk dictionary without rescale_acts_by_decoder_norm chooses by unscaled activations, which rows of norm 1 would change`,
    );
  const row = (index: number) => norms[Math.floor(index / config.width)]!;
  return {
    encoder: weights.encoder.map((value, index) => value * row(index)),
    encoderBias: weights.encoderBias.map((value, index) => value * norms[index]!),
    decoder: weights.decoder.map((value, index) => (row(index) > 0 ? value / row(index) : 0)),
    decoderBias: weights.decoderBias,
  };
}

/** e + E b: what makes E (x - b) + e the same as E x + the old e. */
function addProjection({ encoder, encoderBias, decoderBias: b }: Weights): Float32Array {
  const d = b.length;
  return encoderBias.map((bias, i) => b.reduce((sum, value, j) => sum + value * encoder[i * d + j]!, bias));
}

function describeKind(
  config: SaelensConfig,
  { tensors }: TensorFile,
  norms: Float32Array,
  path: string,
): Pick<PortableDictionary, "kind" | "k" | "threshold"> {
  if (config.architecture === "standard") return { kind: "relu" };
  if (config.architecture === "topk") return { kind: "topk", k: config.k! };
  const stored = tensors.get("threshold");
  if (stored?.shape.join() !== String(config.features))
    throw new UserError(`${path}: threshold is missing or has not one number for each of ${config.features} features`);
  const thresholds = norms.map((norm, i) => norm * stored.data[i]!);
  const threshold = thresholds.find((_, i) => norms[i]! > 0) ?? 0;
  const other = thresholds.findIndex((value, i) => norms[i]! > 0 && Math.abs(value - threshold) > 1e-5 * threshold);
  if (other >= 0)
    throw new UserError(
      `${path}: features have thresholds of their own (${threshold}; ${thresholds[other]} for feature ${other}), wanted a single one, as batch-topk leaves: jumprelu dictionaries cannot be read`,
    );
  return { kind: "batch-topk", threshold };
}

function renderConfig(dictionary: PortableDictionary, options: SaelensExport): object {
  const architecture = { relu: "standard", topk: "topk", "batch-topk": "jumprelu" }[dictionary.kind];
  const version = { sae_lens_version: LAYOUT_VERSION[options.layout], sae_lens_training_version: null };
  const place = { model_name: options.modelName, hook_name: dictionary.site, context_size: options.contextSize };
  const common = {
    architecture,
    d_in: dictionary.width,
    d_sae: dictionary.features,
    dtype: "float32",
    device: "cpu",
    apply_b_dec_to_input: true,
    normalize_activations: "none",
  };
  const origin = { hook_head_index: null, prepend_bos: false, dataset_path: "" };
  if (options.layout === "6") {
    const topk = dictionary.kind === "topk" ? { k: dictionary.k, rescale_acts_by_decoder_norm: true } : {};
    return { ...common, ...topk, reshape_activations: "none", metadata: { ...version, ...place, ...origin } };
  }
  const activation =
    dictionary.kind === "topk"
      ? { activation_fn_str: "topk", activation_fn_kwargs: { k: dictionary.k } }
      : { activation_fn_str: "relu", activation_fn_kwargs: {} };
  const layer = Number(/^blocks\.(\d+)\./.exec(dictionary.site ?? "")?.[1] ?? 0);
  return {
    ...common,
    ...activation,
    ...version,
    ...place,
    ...origin,
    hook_layer: layer,
    finetuning_scaling_factor: false,
  };
}

function transpose(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(matrix.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = matrix[r * columns + c]!;
  return out;
}

function meanCosine(a: Float32Array, b: Float32Array, size: number): number {
  let total = 0;
  for (let i = 0; i < size; i++) {
    const [p, q] = [a.subarray(i * size, (i + 1) * size), b.subarray(i * size, (i + 1) * size)];
    const dot = p.reduce((sum, value, j) => sum + value * q[j]!, 0);
    total += dot / (Math.hypot(...p) * Math.hypot(...q) || 1);
  }
  return total / size;
}
