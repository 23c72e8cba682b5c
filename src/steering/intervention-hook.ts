import type { Dictionary } from "../autoencoder/dictionary.ts";
import { codeRows } from "../autoencoder/top-k-dictionary.ts";
import { createSparseCodes, type Kernels, type SparseCodes, type Tensor } from "../kernels/kernels.ts";
import type { Hook } from "../model/transformer.ts";
import { checkFeatures, type ErrorTerm, type Intervention } from "./intervention.ts";

// Dimensions: B rows of a block, d width of the site, m features, k features that are changed.

/** Entries of codes held at once: 8 MB, whatever the dictionary's size. */
const ENTRIES_PER_BLOCK = 2 ** 20;

/** The site's activations become the dictionary's reconstruction of them: the dictionary model. */
export function createDictionaryHook(kernels: Kernels, dictionary: Dictionary): Hook {
  return createInterventionHook(kernels, dictionary, [], "drop");
}

/**
 * Changes features at the dictionary's site, position by position of the text, in passes of any number of rows, of which as many
 * as `entriesPerBlock` allows are encoded at once. Throws a `UserError` for a feature that is not there.
 */
export function createInterventionHook(
  kernels: Kernels,
  dictionary: Dictionary,
  interventions: readonly Intervention[],
  errorTerm: ErrorTerm,
  entriesPerBlock = ENTRIES_PER_BLOCK,
): Hook {
  checkFeatures(
    dictionary,
    interventions.map(({ feature }) => feature),
  );
  const changed = interventions.length > 0 ? createChangedFeatures(kernels, dictionary, interventions) : undefined;
  const rowsPerBlock = Math.max(1, Math.floor(entriesPerBlock / dictionary.features));
  let scratch: Scratch | undefined;
  return (activation, places) => {
    const rows = activation.shape[0]!;
    for (let begin = 0; begin < rows; begin += rowsPerBlock) {
      const count = Math.min(rowsPerBlock, rows - begin);
      const positions = Array.from({ length: count }, (_, row) => places.first + ((begin + row) % places.context));
      const change = planChange(interventions, changed?.features ?? [], positions);
      if (errorTerm === "keep" && !change.isActive) continue;
      if (scratch === undefined || scratch.codes.counts.shape[0]! < count)
        scratch = createScratch(kernels, dictionary, count);
      changeRows(kernels, dictionary, kernels.rows(activation, begin, count), { scratch, changed, change, errorTerm });
    }
  };
}

/** The features that any intervention names. */
interface ChangedFeatures {
  readonly features: readonly number[];
  readonly directions: Tensor; // [k, d]
  /** Column j is 1 at the j-th changed feature: decoding with it reads off their activations. */
  readonly selector: Tensor; // [m, k]
}

function createChangedFeatures(
  kernels: Kernels,
  dictionary: Dictionary,
  interventions: readonly Intervention[],
): ChangedFeatures {
  const features = [...new Set(interventions.map(({ feature }) => feature))];
  const k = features.length;
  const directions = kernels.create([k, dictionary.width]);
  kernels.gatherRows(directions, dictionary.directions, kernels.upload(Int32Array.from(features), [k]));
  const ones = new Float32Array(dictionary.features * k);
  for (const [column, feature] of features.entries()) ones[feature * k + column] = 1;
  return { features, directions, selector: kernels.upload(ones, [dictionary.features, k]) };
}

/** With f the changed features' activations, each is moved along its direction by base + factor f. */
interface Change {
  readonly base: Float32Array; // [B, k]
  readonly factor: Float32Array; // [B, k], -1 where a feature is set, 0 elsewhere
  /** Whether any feature is changed at any of the positions. */
  readonly isActive: boolean;
  readonly needsActivations: boolean;
}

function planChange(
  interventions: readonly Intervention[],
  features: readonly number[],
  positions: readonly number[],
): Change {
  const k = features.length;
  const size = positions.length * k;
  const [values, added, factor] = [new Float32Array(size), new Float32Array(size), new Float32Array(size)];
  let isActive = false;
  for (const intervention of interventions) {
    const column = features.indexOf(intervention.feature);
    for (const [row, position] of positions.entries()) {
      if (!covers(intervention.span, position)) continue;
      isActive = true;
      const at = row * k + column;
      if (intervention.kind === "add") added[at] = added[at]! + intervention.amount;
      else {
        values[at] = intervention.kind === "pin" ? intervention.value : 0;
        factor[at] = -1;
      }
    }
  }
  const base = values.map((value, at) => value + added[at]!);
  return { base, factor, isActive, needsActivations: factor.includes(-1) };
}

function covers(span: Intervention["span"], position: number): boolean {
  return span === null || (position >= span[0] && position < span[1]);
}

interface Scratch {
  readonly codes: SparseCodes;
  readonly reconstruction: Tensor; // [B, d]
}

function createScratch(kernels: Kernels, dictionary: Dictionary, rows: number): Scratch {
  return {
    codes: createSparseCodes(kernels, rows, dictionary.features),
    reconstruction: kernels.create([rows, dictionary.width]),
  };
}

interface RowChange {
  readonly scratch: Scratch;
  readonly changed: ChangedFeatures | undefined;
  readonly change: Change;
  readonly errorTerm: ErrorTerm;
}

/** x [B, d] in place. */
function changeRows(kernels: Kernels, dictionary: Dictionary, x: Tensor, plan: RowChange): void {
  const { scratch, changed, change, errorTerm } = plan;
  const rows = x.shape[0]!;
  const codes = codeRows(kernels, scratch.codes, 0, rows);
  if (errorTerm === "drop" || change.needsActivations) dictionary.encode(codes, x);
  const moves = changed && change.isActive ? computeMoves(kernels, changed, change, codes, rows) : undefined;
  if (errorTerm === "drop") {
    const reconstruction = kernels.rows(scratch.reconstruction, 0, rows);
    dictionary.decode(reconstruction, codes);
    kernels.copy(x, reconstruction);
  }
  if (changed === undefined || moves === undefined) return;
  kernels.gemm(x, moves, changed.directions, { accumulate: true });
  kernels.release(moves);
}

/** How far each changed feature is moved on each row, [B, k]. */
function computeMoves(
  kernels: Kernels,
  { features, selector }: ChangedFeatures,
  { base, factor, needsActivations }: Change,
  codes: SparseCodes,
  rows: number,
): Tensor {
  const k = features.length;
  const moves = kernels.upload(base, [rows, k]);
  if (!needsActivations) return moves;
  const activations = kernels.create([rows, k]);
  const factors = kernels.upload(factor, [rows * k]);
  kernels.sparseDecode(activations, codes, codes.values, selector, null);
  kernels.addScaledRows(kernels.reshape(moves, [rows * k, 1]), kernels.reshape(activations, [rows * k, 1]), factors);
  kernels.release(activations);
  kernels.release(factors);
  return moves;
}
