import type { LogitMoves, Tensor } from "../kernels/kernels.ts";
import { parseSite, type SiteName } from "../model/sites.ts";
import { createTokenBatch, type TokenBatch, writeTokenBatch } from "../model/token-batch.ts";
import { forward, parameter, type Transformer } from "../model/transformer.ts";
import { computeLogits } from "../model/unembed.ts";
import { createWorkspace, type Workspace } from "../model/workspace.ts";
import { type AblationPoints, orderPoints, type PointsByContext } from "./ablation-points.ts";
import { directPath, writeDirections } from "./logit-weights.ts";
import { nextTokenIdAt, type SearchedText } from "./searched-text.ts";

// Dimensions: T context length, D dModel, V vocabulary, n features of the block, R rows with points, E points.

/** Whether a site writes to the residual stream token by token with nothing but the final layer norm after it. */
export function isLastWrite(model: Transformer, site: SiteName): boolean {
  const { layer, kind } = parseSite(site, model.config);
  const isLast = kind === "mlp.hook_post" || kind === "hook_mlp_out" || kind === "hook_resid_post";
  return isLast && layer === model.config.layers - 1;
}

/** What ablation needs to know. */
export interface AblateOptions {
  readonly model: Transformer;
  readonly site: SiteName;
  readonly text: SearchedText;
  /** Contexts per forward pass. */
  readonly batch: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Measures the effects of ablating the block's features at their points, where the site is the model's last write: the
 * residual stream r of a token becomes r - a v, v the feature's direction in the stream, so that its logits c move by
 * (s / s' - 1) (c - c0) - (a / s') g: s and s' the layer norm's deviations before and after, c0 the logits of its bias
 * alone, g those of its gain times v without its mean. Exact; no pass of the model but the one that gives r. Yields contexts done.
 */
export async function* ablateDirectly(
  options: AblateOptions,
  directions: Tensor,
  points: AblationPoints,
): AsyncGenerator<number> {
  const { model, text, signal } = options;
  const { kernels, config } = model;
  const order = orderPoints(points, text);
  const wanted = [...text.contexts.keys()].filter((context) => order.starts[context + 1]! > order.starts[context]!);
  if (wanted.length === 0) return;
  const size = Math.min(options.batch, wanted.length);
  const pass: Pass = {
    workspace: createWorkspace(model, size),
    tokens: createTokenBatch(kernels, size, config.contextLength),
    residual: kernels.create([size * config.contextLength, config.dModel]),
    hidden: kernels.create([size * config.contextLength, config.dModel]),
    written: await createWrittenDirections(options, directions),
  };
  for (let start = 0; start < wanted.length; start += size) {
    signal?.throwIfAborted();
    await ablateBatch(options, pass, points, order, wanted.slice(start, start + size));
    yield Math.min(size, wanted.length - start);
  }
  for (const tensor of [pass.residual, pass.hidden, pass.written.logits, pass.written.centre]) kernels.release(tensor);
}

interface Pass {
  readonly workspace: Workspace;
  readonly tokens: TokenBatch;
  readonly residual: Tensor; // [rows, D]
  readonly hidden: Tensor; // [rows, D]
  readonly written: WrittenDirections;
}

/** What directions write to the residual stream. */
export interface WrittenDirections {
  /** Without their means. */
  readonly vectors: Float32Array; // [n, D]
  /** Mean squares of those. */
  readonly variances: Float64Array; // [n]
  readonly logits: Tensor; // [n, V]
  /** The logits of the final layer norm's bias. */
  readonly centre: Tensor; // [V]
}

/** What directions [n, width] of a site that has a direct path write; its two tensors are the caller's to release. */
export async function createWrittenDirections(
  { model, site }: Pick<AblateOptions, "model" | "site">,
  directions: Tensor,
): Promise<WrittenDirections> {
  const { kernels, config } = model;
  const [n, D, V] = [directions.shape[0]!, config.dModel, config.vocabularySize];
  const path = directPath(model, site)!;
  const written = writeDirections(model, path, directions);
  const vectors = await kernels.read(written);
  const variances = centreRows(vectors, D);
  const gain = await kernels.read(parameter(model.parameters, "ln_f.weight"));
  kernels.write(
    written,
    vectors.map((value, i) => value * gain[i % D]!),
  );
  const logits = kernels.create([n, V]);
  computeLogits(model, logits, written);
  const centre = kernels.create([1, V]);
  computeLogits(model, centre, kernels.reshape(parameter(model.parameters, "ln_f.bias"), [1, D]));
  kernels.release(written);
  return { vectors, variances, logits, centre: kernels.reshape(centre, [V]) };
}

/** Takes each row's mean away and returns the means of their squares. */
function centreRows(rows: Float32Array, D: number): Float64Array {
  const variances = new Float64Array(rows.length / D);
  for (let row = 0; row < variances.length; row++) {
    let mean = 0;
    for (let i = row * D; i < (row + 1) * D; i++) mean += rows[i]! / D;
    let squares = 0;
    for (let i = row * D; i < (row + 1) * D; i++) {
      const value = rows[i]! - mean;
      rows[i] = value;
      squares += value * value;
    }
    variances[row] = squares / D;
  }
  return variances;
}

async function ablateBatch(
  { model, text }: AblateOptions,
  { workspace, tokens, residual, hidden, written }: Pass,
  points: AblationPoints,
  order: PointsByContext,
  contexts: readonly number[],
): Promise<void> {
  const { kernels } = model;
  writeTokenBatch(
    kernels,
    tokens,
    text.stream,
    contexts.map((place) => text.contexts[place]!),
  );
  forward(model, workspace, tokens.tokens);
  const batch = sortByRow(points, order, text, contexts);
  const R = batch.rows.length;
  const rows = kernels.upload(batch.rows, [R]);
  const part = (tensor: Tensor) => kernels.rows(tensor, 0, R);
  kernels.gatherRows(part(residual), workspace.blocks.at(-1)!.residualPost, rows);
  kernels.gatherRows(part(hidden), workspace.final.out, rows);
  kernels.release(rows);
  const deviations = (await kernels.read(workspace.final.inverseDeviation)).map((inverse) => 1 / inverse);
  const moves = describeMoves(batch, points, written, await kernels.read(part(residual)), deviations);
  const E = moves.targets.length;
  const out = kernels.create([E]);
  const chunk = workspace.logits.shape[0]!;
  for (let first = 0; first < R; first += chunk) {
    const count = Math.min(chunk, R - first);
    const logits = kernels.rows(workspace.logits, 0, count);
    computeLogits(model, logits, kernels.rows(hidden, first, count));
    const [start, end] = [batch.starts[first]!, batch.starts[first + count]!];
    const uploaded = uploadMoves(model, moves, { start, end, firstRow: first }, written.centre);
    kernels.crossEntropyShift(kernels.rows(out, start, end - start), logits, written.logits, uploaded);
    releaseMoves(model, uploaded);
  }
  const effects = await kernels.read(out);
  kernels.release(out);
  batch.points.forEach((point, e) => {
    points.effects[point] = effects[e]!;
  });
}

/** The points of a batch, row by row: those of its i-th row with points are starts[i] .. starts[i + 1]. */
interface BatchPoints {
  readonly rows: Int32Array; // [R], rows of the pass, ascending
  readonly starts: Uint32Array; // [R + 1]
  readonly points: Uint32Array; // [E]
  readonly features: Int32Array; // [E], counted from the block's first
  readonly targets: Int32Array; // [E]
}

function sortByRow(
  points: AblationPoints,
  order: PointsByContext,
  text: SearchedText,
  contexts: readonly number[],
): BatchPoints {
  const T = text.contextLength;
  const sorted: { row: number; point: number }[] = [];
  contexts.forEach((context, slot) => {
    for (let place = order.starts[context]!; place < order.starts[context + 1]!; place++) {
      const point = order.points[place]!;
      sorted.push({ row: slot * T + (points.tokens[point]! % T), point });
    }
  });
  sorted.sort((a, b) => a.row - b.row);
  const rows: number[] = [];
  const starts: number[] = [];
  sorted.forEach(({ row }, e) => {
    if (row === rows.at(-1)) return;
    rows.push(row);
    starts.push(e);
  });
  return {
    rows: Int32Array.from(rows),
    starts: Uint32Array.from([...starts, sorted.length]),
    points: Uint32Array.from(sorted, ({ point }) => point),
    features: Int32Array.from(sorted, ({ point }) => order.features[point]!),
    targets: Int32Array.from(sorted, ({ point }) => nextTokenIdAt(text, points.tokens[point]!)),
  };
}

interface Moves {
  readonly rows: Int32Array; // [E], counted among the rows with points
  readonly features: Int32Array; // [E]
  readonly targets: Int32Array; // [E]
  readonly stretches: Float32Array; // [E]
  readonly amounts: Float32Array; // [E]
}

/** How each point's logits move, by the deviation of its residual vector [R, D] before and after. */
function describeMoves(
  batch: BatchPoints,
  points: AblationPoints,
  written: WrittenDirections,
  residual: Float32Array,
  deviations: Float32Array,
): Moves {
  const E = batch.points.length;
  const [rows, stretches, amounts] = [new Int32Array(E), new Float32Array(E), new Float32Array(E)];
  for (let row = 0; row < batch.rows.length; row++) {
    const deviation = deviations[batch.rows[row]!]!;
    for (let e = batch.starts[row]!; e < batch.starts[row + 1]!; e++) {
      const feature = batch.features[e]!;
      const activation = points.activations[batch.points[e]!]!;
      const move = describeMove(written, feature, activation, residual, row, deviation);
      rows[e] = row;
      stretches[e] = move.stretch;
      amounts[e] = move.amount;
    }
  }
  return { rows, features: batch.features, targets: batch.targets, stretches, amounts };
}

/**
 * How the logits of a row of the residual stream [R, D] with that layer-norm deviation move when `activation` times a direction is
 * taken away: by stretch times themselves less the centre, plus amount times the direction's.
 */
export function describeMove(
  { vectors, variances }: Pick<WrittenDirections, "vectors" | "variances">,
  direction: number,
  activation: number,
  residual: Float32Array,
  row: number,
  deviation: number,
): { readonly stretch: number; readonly amount: number } {
  const D = vectors.length / variances.length;
  let product = 0;
  for (let i = 0; i < D; i++) product += residual[row * D + i]! * vectors[direction * D + i]!;
  const loss = activation * ((2 * product) / D - activation * variances[direction]!);
  const moved = Math.sqrt(Math.max(0, deviation * deviation - loss));
  return { stretch: loss / (moved * (deviation + moved)), amount: -activation / moved };
}

function uploadMoves(
  { kernels }: Transformer,
  moves: Moves,
  { start, end, firstRow }: { readonly start: number; readonly end: number; readonly firstRow: number },
  centre: Tensor,
): LogitMoves {
  const put = (array: Int32Array | Float32Array) => kernels.upload(array.slice(start, end), [end - start]);
  return {
    rows: put(moves.rows.map((row) => row - firstRow)),
    shiftRows: put(moves.features),
    targets: put(moves.targets),
    stretches: put(moves.stretches),
    amounts: put(moves.amounts),
    centre,
  };
}

function releaseMoves({ kernels }: Transformer, moves: LogitMoves): void {
  for (const tensor of [moves.rows, moves.shiftRows, moves.targets, moves.stretches, moves.amounts]) {
    kernels.release(tensor);
  }
}
