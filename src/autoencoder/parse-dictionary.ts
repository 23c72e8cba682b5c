import { UserError } from "../numerics/user-error.ts";
import { autoencoderShapes, mapWeights } from "./autoencoder.ts";
import { type FoldedDictionary, rowNorms } from "./fold-weights.ts";
import type { FeatureSelection } from "./top-k-dictionary.ts";

/** A dictionary's file: named arrays and string metadata. */
interface DictionaryFile {
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: ArrayBufferView }>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A decoder row further from norm 1 than this was not written by this tool. */
const UNIT_TOLERANCE = 1e-3;

/** A dictionary's file for activations of `width`. Throws UserError in one sentence where it is not one. */
export function parseDictionary({ tensors, metadata }: DictionaryFile, path: string, width: number): FoldedDictionary {
  const encoder = readTensor(tensors, path, "encoder");
  const features = encoder.shape[0] ?? 0;
  checkWidth(encoder.shape, path, width);
  const weights = mapWeights(autoencoderShapes(features, width), (wanted, name) => {
    const { shape, data } = readTensor(tensors, path, name);
    if (shape.join() !== wanted.join())
      throw new UserError(
        `${path}: ${name} has shape [${shape.join(", ")}], but its encoder [features, width] asks for [${wanted.join(", ")}]: the file is transposed or mixed from two dictionaries`,
      );
    const bad = data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new UserError(
        `${path}: ${name} holds ${data[bad]} at ${bad}, wanted finite numbers: train this dictionary again`,
      );
    return { shape, data };
  });
  checkNorms(weights, path, width);
  return { weights, selection: parseSelection(metadata, path) };
}

function readTensor(tensors: DictionaryFile["tensors"], path: string, name: string) {
  const stored = tensors.get(name);
  if (!stored)
    throw new UserError(
      `${path} has no tensor ${name}: it holds ${[...tensors.keys()].join(", ") || "nothing"}, which is no dictionary of this tool`,
    );
  const { shape, data } = stored;
  if (!(data instanceof Float32Array)) throw new UserError(`${path}: ${name} holds whole numbers, wanted float32`);
  return { shape, data };
}

function checkWidth(shape: readonly number[], path: string, width: number): void {
  if (shape[1] === width && shape.length === 2) return;
  if (shape[0] === width && shape.length === 2)
    throw new UserError(
      `${path}: encoder has shape [${shape.join(", ")}], wanted [features, ${width}]: the file is transposed`,
    );
  throw new UserError(
    `${path}: the dictionary reads activations of width ${shape[1] ?? 0}, but the model's site has ${width}: it belongs to another model or site`,
  );
}

/** Swapped matrices have the same shapes: only the norms tell which is the decoder. */
function checkNorms(weights: FoldedDictionary["weights"], path: string, width: number): void {
  const isUnit = (norm: number) => norm === 0 || Math.abs(norm - 1) < UNIT_TOLERANCE;
  const norms = rowNorms(weights.decoder.data, width);
  const row = norms.findIndex((norm) => !isUnit(norm));
  if (row < 0) return;
  if (rowNorms(weights.encoder.data, width).every(isUnit))
    throw new UserError(
      `${path}: the rows of encoder have norm 1 and those of decoder have not: encoder and decoder are swapped`,
    );
  throw new UserError(
    `${path}: row ${row} of decoder has norm ${norms[row]!.toPrecision(4)}, wanted 1: divide it by its norm and multiply its encoder row and bias by it`,
  );
}

function parseSelection(metadata: Readonly<Record<string, string>>, path: string): FeatureSelection {
  const { kind = "relu" } = metadata;
  const [k, threshold] = [Number(metadata.k), Number(metadata.threshold)];
  const isCount = Number.isInteger(k) && k > 0;
  if (kind === "relu") return { kind };
  if (kind === "topk" && isCount) return { kind, k };
  if (kind === "batch-topk" && threshold >= 0 && threshold < Number.POSITIVE_INFINITY) return { kind, threshold };
  throw new UserError(
    `${path}: its metadata say kind ${kind}, k ${metadata.k} and threshold ${metadata.threshold}, wanted relu, topk with k, or batch-topk with threshold`,
  );
}
