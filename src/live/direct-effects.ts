import { directPath, takeMedian, writeDirections } from "../features/logit-weights.ts";
import type { Tensor } from "../kernels/kernels.ts";
import { parameter, type Transformer } from "../model/transformer.ts";
import { computeLogits } from "../model/unembed.ts";
import { type Firing, groupByFeature } from "./firings.ts";
import type { LiveSubject } from "./live-subject.ts";

// Dimensions: N rows, n features of a chunk, D dModel, V vocabulary.

/** Logits of a chunk of features: 4 MB. */
const LOGITS_PER_CHUNK = 2 ** 20;

/** What effects are measured on: the firings of one context and what the clean pass left. */
export interface CleanPass {
  readonly tokens: Int32Array; // [N]
  readonly targets: Int32Array; // [N], -1 where no token follows
  readonly activation: Tensor; // [N, width of the site]
  /** The residual stream before the final layer norm. */
  readonly residual: Tensor; // [N, D]
  readonly losses: Float32Array; // [N]
  readonly firings: readonly Firing[];
}

/** What is asked of each firing. */
export interface EffectsWanted {
  readonly losses: boolean;
  /** The token whose logit effects are wanted. */
  readonly nextToken: number | null;
}

/**
 * Writes the firings' effects by the site's direct path to the logits: on `nextToken` by the logit weight, and, where the site is a
 * direct one, on the loss, exactly. With c the row's centred residual, w what a unit of the feature writes, centred, g and b the
 * gain and bias of the final layer norm, the logits without an activation a are U (g (c - a w)) / deviation(c - a w) + U b: products with the
 * unembedding U are needed for each row and each feature, not for each firing. Yields the share that is done.
 */
export async function* measureDirectEffects(
  subject: LiveSubject,
  pass: CleanPass,
  wanted: EffectsWanted,
): AsyncGenerator<number> {
  const { model } = subject;
  const path = directPath(model, subject.site);
  if (path === null || pass.firings.length === 0) return;
  const rows = await readRows(model, pass.residual);
  const scale = subject.layerNormScale ?? meanDeviation(rows);
  const clean = wanted.losses ? cleanLosses(rows, pass.targets) : undefined;
  const groups = groupByFeature(pass.firings);
  const size = Math.max(1, Math.floor(LOGITS_PER_CHUNK / model.config.vocabularySize));
  const scratch = new Float64Array(model.config.vocabularySize);
  for (let first = 0; first < groups.length; first += size) {
    const chunk = groups.slice(first, first + size);
    const written = await readWritten(subject, path, chunk);
    for (const [place, [, firings]] of chunk.entries()) {
      if (clean) measureLossEffects(firings, rows, written, { place, targets: pass.targets, clean, scratch });
      if (wanted.nextToken !== null) measureLogitEffects(firings, written, place, { token: wanted.nextToken, scale });
    }
    yield (first + chunk.length) / groups.length;
  }
}

/** Centred vectors and, of their products with the gain, the logits. */
interface Centred {
  readonly width: number;
  readonly vectors: Float32Array; // [N or n, D], centred
  readonly logits: Float32Array; // [N or n, V]
}

interface Rows extends Centred {
  readonly epsilon: number;
  /** Logits of the final layer norm's bias. */
  readonly offsets: Float32Array; // [V]
}

async function readRows(model: Transformer, residual: Tensor): Promise<Rows> {
  const { kernels, config } = model;
  const bias = parameter(model.parameters, "ln_f.bias");
  const offsets = kernels.create([1, config.vocabularySize]);
  computeLogits(model, offsets, kernels.reshape(bias, [1, config.dModel]));
  return {
    ...(await centre(model, await kernels.read(residual))),
    epsilon: config.layerNormEpsilon,
    offsets: await kernels.read(offsets),
  };
}

async function readWritten(
  { model, dictionary }: LiveSubject,
  path: Tensor | "itself",
  chunk: readonly (readonly [feature: number, unknown])[],
): Promise<Centred> {
  const { kernels } = model;
  const directions = kernels.create([chunk.length, dictionary.width]);
  const features = Int32Array.from(chunk, ([feature]) => feature);
  kernels.gatherRows(directions, dictionary.directions, kernels.upload(features, [chunk.length]));
  const written = writeDirections(model, path, directions);
  const centred = await centre(model, await kernels.read(written));
  for (const tensor of [directions, written]) kernels.release(tensor);
  return centred;
}

async function centre(model: Transformer, vectors: Float32Array): Promise<Centred> {
  const { kernels, config } = model;
  const width = config.dModel;
  const rows = vectors.length / width;
  const gain = await kernels.read(parameter(model.parameters, "ln_f.weight"));
  for (let row = 0; row < rows; row++) {
    const vector = vectors.subarray(row * width, (row + 1) * width);
    const mean = vector.reduce((sum, value) => sum + value, 0) / width;
    for (let j = 0; j < width; j++) vector[j] = vector[j]! - mean;
  }
  const scaled = vectors.map((value, i) => value * gain[i % width]!);
  const logits = kernels.create([rows, config.vocabularySize]);
  computeLogits(model, logits, kernels.upload(scaled, [rows, width]));
  const centred = { width, vectors, logits: await kernels.read(logits) };
  kernels.release(logits);
  return centred;
}

/** Each row's loss by the same formula, nothing taken away, so that what it rounds cancels in the effects. */
function cleanLosses(rows: Rows, targets: Int32Array): Float64Array {
  const scratch = new Float64Array(rows.offsets.length);
  return Float64Array.from(targets, (target, row) => (target < 0 ? 0 : lossWithout(rows, row, target, scratch)));
}

interface LossesBefore {
  /** The feature's place among the written directions. */
  readonly place: number;
  readonly targets: Int32Array; // [N]
  readonly clean: Float64Array; // [N]
  readonly scratch: Float64Array; // [V]
}

function measureLossEffects(firings: readonly Firing[], rows: Rows, written: Centred, before: LossesBefore): void {
  const { place, targets, clean, scratch } = before;
  for (const firing of firings) {
    const { row, activation } = firing;
    const target = targets[row]!;
    if (target < 0) continue;
    firing.lossEffect = lossWithout(rows, row, target, scratch, { written, place, activation }) - clean[row]!;
  }
}

interface Removed {
  readonly written: Centred;
  readonly place: number;
  readonly activation: number;
}

/** The loss of predicting `target` from a row, without `activation` times what a feature writes. */
function lossWithout(rows: Rows, row: number, target: number, scratch: Float64Array, removed?: Removed): number {
  const { offsets, logits } = rows;
  const V = offsets.length;
  const factor = 1 / deviationWithout(rows, row, removed);
  const less = removed ? removed.activation * factor : 0;
  const others = removed ? removed.written.logits : offsets;
  const [start, startOfOther] = [row * V, removed ? removed.place * V : 0];
  let highest = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < V; v++) {
    const logit = factor * logits[start + v]! - less * others[startOfOther + v]! + offsets[v]!;
    scratch[v] = logit;
    if (logit > highest) highest = logit;
  }
  let total = 0;
  for (let v = 0; v < V; v++) total += Math.exp(scratch[v]! - highest);
  return highest + Math.log(total) - scratch[target]!;
}

/** The final layer norm's deviation of a row, without `activation` times what a feature writes. */
function deviationWithout({ vectors, width, epsilon }: Rows, row: number, removed?: Removed): number {
  let squares = 0;
  for (let j = 0; j < width; j++) {
    const less = removed ? removed.activation * removed.written.vectors[removed.place * width + j]! : 0;
    squares += (vectors[row * width + j]! - less) ** 2;
  }
  return Math.sqrt(squares / width + epsilon);
}

/** The mean deviation of the rows: the constant in place of the layer norm where none was measured on more text. */
function meanDeviation(rows: Rows): number {
  const count = rows.vectors.length / rows.width;
  let sum = 0;
  for (let row = 0; row < count; row++) sum += deviationWithout(rows, row);
  return sum / count;
}

function measureLogitEffects(
  firings: readonly Firing[],
  written: Centred,
  place: number,
  { token, scale }: { readonly token: number; readonly scale: number },
): void {
  const V = written.logits.length / (written.vectors.length / written.width);
  const weights = written.logits.slice(place * V, (place + 1) * V);
  const weight = weights[token]!;
  const median = takeMedian(weights);
  for (const firing of firings) firing.logitEffect = (firing.activation * (weight - median)) / scale;
}
