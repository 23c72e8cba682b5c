import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type FoldedDictionary, foldWeights, rowNorms } from "../autoencoder/fold-weights.ts";
import type { FeatureSelection } from "../autoencoder/top-k-dictionary.ts";
import { UserError } from "../numerics/user-error.ts";
import { readSafetensors, type StoredTensor, type TensorFile, writeSafetensors } from "../store/safetensors.ts";
import { writeJson } from "../store/write-atomically.ts";
import { parseSaelensConfig, type SaelensConfig } from "./saelens-config.ts";

// Dimensions: m features, d width.

/** A dictionary read from another program's files. */
export interface ImportedDictionary extends FoldedDictionary {
  readonly features: number;
  readonly width: number;
  readonly site: string | undefined;
}

/** What a directory is written with besides the dictionary. */
export interface SaelensExport {
  readonly layout: "6" | "before-6";
  readonly modelName: string;
  readonly site: string;
  readonly contextSize: number;
  /** Share of tokens on which each feature fires, if measured. */
  readonly densities?: Float32Array; // [m]
}

/** The first version with nested metadata; the layout is told apart by it. */
const LAYOUT_VERSION = { "6": "6.0.0", "before-6": "5.11.0" } as const;
const ARCHITECTURES = { relu: "standard", topk: "topk", "batch-topk": "jumprelu" } as const;
const KINDS = { standard: "relu", topk: "topk", jumprelu: "batch-topk" } as const;
const WEIGHTS = "sae_weights.safetensors";
const SPARSITY = "sparsity.safetensors";
const SMALLEST_DENSITY = 1e-10;

/**
 * Reads a SAELens directory (`cfg.json`, `sae_weights.safetensors`) of version 6 or before. Norms and biases are folded:
 * f = relu(E (x - b) + e) with decoder rows of norm 1 gives the same reconstructions. Throws UserError naming file and field.
 */
export function readSaelens(directory: string): ImportedDictionary {
  const [configPath, weightsPath] = [join(directory, "cfg.json"), join(directory, WEIGHTS)];
  for (const path of [configPath, weightsPath])
    if (!existsSync(path)) throw new UserError(`${path} is missing: ${directory} is no SAELens directory`);
  const config = parseSaelensConfig(readConfig(configPath), configPath);
  const file = readSafetensors(weightsPath);
  const tensors = readWeights(file, config, weightsPath);
  const norms = rowNorms(tensors.get("decoder")!.data, config.width);
  refuseUnscaledChoice(norms, config, weightsPath);
  const threshold = config.architecture === "jumprelu" ? readThreshold(file, norms, weightsPath) : 0;
  const form = { kind: KINDS[config.architecture], k: config.k ?? 0, preEncoderBias: config.subtractsDecoderBias };
  const { features, width, site } = config;
  return { ...foldWeights({ tensors, activationScale: 1, threshold }, form), features, width, site };
}

/** Writes a SAELens directory; a batch-topk dictionary becomes a jumprelu one, as SAELens itself does after training. */
export function writeSaelens(directory: string, dictionary: FoldedDictionary, options: SaelensExport): void {
  const { encoder, encoderBias, decoder, decoderBias } = dictionary.weights;
  const [m = 0, d = 0] = encoder.shape;
  const tensors = new Map<string, StoredTensor>([
    ["W_enc", { shape: [d, m], data: transpose(encoder.data, m, d) }],
    ["b_enc", encoderBias],
    ["W_dec", decoder],
    ["b_dec", decoderBias],
  ]);
  if (dictionary.selection.kind === "batch-topk")
    tensors.set("threshold", { shape: [m], data: new Float32Array(m).fill(dictionary.selection.threshold) });
  writeSafetensors(join(directory, WEIGHTS), tensors);
  if (options.densities)
    writeSafetensors(
      join(directory, SPARSITY),
      new Map([["sparsity", { shape: [m], data: options.densities.map((p) => Math.log10(p + SMALLEST_DENSITY)) }]]),
    );
  writeJson(join(directory, "cfg.json"), renderConfig([m, d], dictionary.selection, options));
}

function readConfig(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UserError(`${path} is not JSON: ${(error as Error).message}`);
  }
}

function readWeights({ tensors }: TensorFile, { features: m, width: d }: SaelensConfig, path: string) {
  const take = (name: string, shape: readonly number[]): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new UserError(`${path}: tensor ${name} is missing`);
    if (tensor.shape.join() !== shape.join())
      throw new UserError(
        `${path}: ${name} has shape [${tensor.shape.join(", ")}], cfg.json asks for [${shape.join(", ")}]${describeSwap(tensor.shape, shape)}`,
      );
    const data = tensor.data as Float32Array;
    const wrong = data.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) throw new UserError(`${path}: ${name} holds ${data[wrong]} at ${wrong}, wanted finite numbers`);
    return data;
  };
  const decoder = scaleRows(take("W_dec", [m, d]), tensors.has("scaling_factor") ? take("scaling_factor", [m]) : null);
  const encoder = transpose(take("W_enc", [d, m]), d, m);
  if (m === d) refuseTransposed(encoder, decoder, m, path);
  return new Map([
    ["encoder", { shape: [m, d], data: encoder }],
    ["encoderBias", { shape: [m], data: take("b_enc", [m]) }],
    ["decoder", { shape: [m, d], data: decoder }],
    ["decoderBias", { shape: [d], data: take("b_dec", [d]) }],
  ]);
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

function refuseUnscaledChoice(norms: Float64Array, config: SaelensConfig, path: string): void {
  if (config.architecture !== "topk" || config.rescaledByDecoderNorm) return;
  const uneven = norms.findIndex((norm) => Math.abs(norm - 1) > 1e-3);
  if (uneven >= 0)
    throw new UserError(
      `${path}: the decoder row of feature ${uneven} has norm ${norms[uneven]!.toFixed(4)}, wanted 1: a topk dictionary without rescale_acts_by_decoder_norm chooses by unscaled activations, which rows of norm 1 would change`,
    );
}

/** The one threshold of all features in units of their contributions. */
function readThreshold({ tensors }: TensorFile, norms: Float64Array, path: string): number {
  const stored = tensors.get("threshold");
  if (stored?.shape.join() !== String(norms.length))
    throw new UserError(`${path}: threshold is missing or has not one number for each of ${norms.length} features`);
  const thresholds = norms.map((norm, i) => norm * stored.data[i]!);
  const threshold = thresholds.find((_, i) => norms[i]! > 0) ?? 0;
  const other = thresholds.findIndex((value, i) => norms[i]! > 0 && Math.abs(value - threshold) > 1e-5 * threshold);
  if (other >= 0)
    throw new UserError(
      `${path}: features have thresholds of their own (${threshold}; ${thresholds[other]} for feature ${other}), wanted a single one, as batch-topk leaves: jumprelu dictionaries cannot be read`,
    );
  return threshold;
}

function renderConfig([m, d]: readonly [number, number], selection: FeatureSelection, options: SaelensExport): object {
  const architecture = ARCHITECTURES[selection.kind];
  const version = { sae_lens_version: LAYOUT_VERSION[options.layout], sae_lens_training_version: null };
  const place = { model_name: options.modelName, hook_name: options.site, context_size: options.contextSize };
  const common = {
    architecture,
    d_in: d,
    d_sae: m,
    dtype: "float32",
    device: "cpu",
    apply_b_dec_to_input: true,
    normalize_activations: "none",
  };
  const origin = { hook_head_index: null, prepend_bos: false, dataset_path: "" };
  if (options.layout === "6") {
    const topk = selection.kind === "topk" ? { k: selection.k, rescale_acts_by_decoder_norm: true } : {};
    return { ...common, ...topk, reshape_activations: "none", metadata: { ...version, ...place, ...origin } };
  }
  const activation =
    selection.kind === "topk"
      ? { activation_fn_str: "topk", activation_fn_kwargs: { k: selection.k } }
      : { activation_fn_str: "relu", activation_fn_kwargs: {} };
  const layer = Number(/^blocks\.(\d+)\./.exec(options.site)?.[1] ?? 0);
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
