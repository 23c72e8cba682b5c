import { createWrittenDirections, describeMove, type WrittenDirections } from "../features/ablate-directly.ts";
import { directPath, takeMedian } from "../features/logit-weights.ts";
import type { LogitMoves, Tensor } from "../kernels/kernels.ts";
import { computeLogits } from "../model/unembed.ts";
import { type Firing, groupByFeature } from "./firings.ts";
import type { LiveSubject } from "./live-subject.ts";

// Dimensions: N rows, n features of a chunk, E firings of a chunk, D dModel, V vocabulary.

/** Logits of a chunk of features: 4 MB. */
const LOGITS_PER_CHUNK = 2 ** 20;

/** What effects are measured on: the firings of one context and what the clean pass left. */
export interface CleanPass {
  readonly tokens: Int32Array; // [N]
  readonly targets: Int32Array; // [N], -1 where no token follows
  readonly activation: Tensor; // [N, width of the site]
  /** The residual stream before and after the final layer norm. */
  readonly residual: Tensor; // [N, D]
  readonly hidden: Tensor; // [N, D]
  /** Of the final layer norm. */
  readonly deviations: Float32Array; // [N]
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
 * Writes the firings' effects by the site's direct path to the logits: on `nextToken` by the logit weight, and, where the site is the
 * model's last write, on the loss, exactly and without a pass of the model. Products with the unembedding are needed for each row
 * and each feature, not for each firing. Yields the share that is done.
 */
export async function* measureDirectEffects(
  subject: LiveSubject,
  pass: CleanPass,
  wanted: EffectsWanted,
): AsyncGenerator<number> {
  const { model, dictionary, site } = subject;
  const { kernels, config } = model;
  if (directPath(model, site) === null || pass.firings.length === 0) return;
  const N = pass.tokens.length;
  const rows = { logits: kernels.create([N, config.vocabularySize]), residual: await kernels.read(pass.residual) };
  computeLogits(model, rows.logits, pass.hidden);
  const groups = groupByFeature(pass.firings);
  const size = Math.max(1, Math.floor(LOGITS_PER_CHUNK / config.vocabularySize));
  for (let first = 0; first < groups.length; first += size) {
    const chunk = groups.slice(first, first + size);
    const directions = kernels.create([chunk.length, dictionary.width]);
    const features = Int32Array.from(chunk, ([feature]) => feature);
    kernels.gatherRows(directions, dictionary.directions, kernels.upload(features, [chunk.length]));
    const written = await createWrittenDirections({ model, site }, directions);
    if (wanted.losses) await measureLossEffects(subject, pass, rows, written, chunk);
    if (wanted.nextToken !== null) await measureLogitEffects(subject, pass, written, chunk, wanted.nextToken);
    for (const tensor of [directions, written.logits, written.centre]) kernels.release(tensor);
    yield (first + chunk.length) / groups.length;
  }
  kernels.release(rows.logits);
}

type Group = readonly [feature: number, firings: readonly Firing[]];

interface Rows {
  readonly logits: Tensor; // [N, V]
  readonly residual: Float32Array; // [N, D]
}

async function measureLossEffects(
  { model }: LiveSubject,
  { targets, deviations }: CleanPass,
  { logits, residual }: Rows,
  written: WrittenDirections,
  chunk: readonly Group[],
): Promise<void> {
  const { kernels } = model;
  const moved = chunk
    .flatMap(([, firings], place) => firings.map((firing) => ({ firing, place })))
    .filter(({ firing }) => targets[firing.row]! >= 0)
    .sort((a, b) => a.firing.row - b.firing.row);
  const E = moved.length;
  if (E === 0) return;
  const described = moved.map(({ firing: { row, activation }, place }) =>
    describeMove(written, place, activation, residual, row, deviations[row]!),
  );
  const ints = (values: readonly number[]) => kernels.upload(Int32Array.from(values), [E]);
  const floats = (values: readonly number[]) => kernels.upload(Float32Array.from(values), [E]);
  const moves: LogitMoves = {
    rows: ints(moved.map(({ firing }) => firing.row)),
    shiftRows: ints(moved.map(({ place }) => place)),
    targets: ints(moved.map(({ firing }) => targets[firing.row]!)),
    stretches: floats(described.map(({ stretch }) => stretch)),
    amounts: floats(described.map(({ amount }) => amount)),
    centre: written.centre,
  };
  const out = kernels.create([E]);
  kernels.crossEntropyShift(out, logits, written.logits, moves);
  const effects = await kernels.read(out);
  for (const [e, { firing }] of moved.entries()) firing.lossEffect = effects[e]!;
}

async function measureLogitEffects(
  { model, layerNormScale, tokensInUse }: LiveSubject,
  { deviations }: CleanPass,
  written: WrittenDirections,
  chunk: readonly Group[],
  token: number,
): Promise<void> {
  const scale = layerNormScale ?? deviations.reduce((sum, value) => sum + value, 0) / deviations.length;
  const V = model.config.vocabularySize;
  const logits = await model.kernels.read(written.logits);
  for (const [place, [, firings]] of chunk.entries()) {
    const weights = logits.subarray(place * V, (place + 1) * V);
    const median = takeMedian(Float32Array.from(tokensInUse, (id) => weights[id]!));
    for (const firing of firings) firing.logitEffect = (firing.activation * (weights[token]! - median)) / scale;
  }
}
