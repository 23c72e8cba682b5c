import type { Dictionary } from "../autoencoder/dictionary.ts";
import { releaseSparseCodes } from "../autoencoder/sparse-encoder.ts";
import { createSparseCodes, type SparseCodes, type Tensor } from "../kernels/kernels.ts";
import { createTokenBatch, type TokenBatch, writeTokenBatch } from "../model/token-batch.ts";
import { forward, type Hook } from "../model/transformer.ts";
import { computeLogits, crossEntropyOfHidden } from "../model/unembed.ts";
import { createWorkspace, type Workspace } from "../model/workspace.ts";
import type { AblateOptions } from "./ablate-directly.ts";
import { type AblationPoints, orderPoints, type PointsByContext } from "./ablation-points.ts";
import { activationAt, type CodeBatch, type CodeScan } from "./scan-codes.ts";

// Dimensions: T context length, N rows of a pass, R rows with points.

/**
 * Measures the effects of ablating the block's features at their points at any site: the model runs once more for each
 * feature and context in which it is active, with the feature's part subtracted on every token. Yields contexts done.
 */
export async function* ablateByRerun(
  options: AblateOptions,
  dictionary: Dictionary,
  scan: CodeScan,
  points: AblationPoints,
): AsyncGenerator<number> {
  const order = orderPoints(points, options.text);
  const pass = createPass(options, dictionary);
  for (let index = 0; index < scan.batches; index++) {
    const [first, end] = [scan.firstContext(index), scan.firstContext(index + 1)];
    if (order.starts[end]! > order.starts[first]!) {
      const reruns = listReruns(options, points, order, await scan.batch(index));
      await rerunBatch(options, pass, points, reruns);
    }
    yield end - first;
  }
  releasePass(options, pass);
}

/** A context in which a feature is active, and the rows and points behind its first firing. */
interface Rerun {
  /** Place in the list of searched contexts. */
  readonly context: number;
  readonly feature: number;
  readonly activations: Float32Array; // [T]
  readonly points: readonly number[];
}

function listReruns(
  { text }: AblateOptions,
  points: AblationPoints,
  order: PointsByContext,
  codes: CodeBatch,
): Rerun[] {
  const T = text.contextLength;
  const reruns: Rerun[] = [];
  for (let slot = 0; slot < codes.contexts; slot++) {
    const context = codes.firstContext + slot;
    const own = order.points.subarray(order.starts[context], order.starts[context + 1]);
    for (const [local, listed] of Map.groupBy(own, (point) => order.features[point]!)) {
      const feature = points.first + local;
      const activations = Float32Array.from({ length: T }, (_, i) => activationAt(codes, slot * T + i, feature));
      const firing = activations.findIndex((activation) => activation > 0);
      const concerned = firing < 0 ? [] : listed.filter((point) => points.tokens[point]! % T >= firing);
      if (concerned.length > 0) reruns.push({ context, feature, activations, points: concerned });
    }
  }
  return reruns;
}

interface Pass {
  readonly size: number;
  readonly workspace: Workspace;
  readonly tokens: TokenBatch;
  readonly cleanLosses: Tensor; // [N, 1]
  /** One entry a row: the feature that is ablated in the row's context. */
  readonly codes: SparseCodes;
  readonly part: Tensor; // [N, width]
  readonly directions: Tensor;
}

function createPass({ model, text, batch }: AblateOptions, { directions, width }: Dictionary): Pass {
  const { kernels } = model;
  const N = batch * text.contextLength;
  return {
    size: batch,
    workspace: createWorkspace(model, batch),
    tokens: createTokenBatch(kernels, batch, text.contextLength),
    cleanLosses: kernels.create([N, 1]),
    codes: createSparseCodes(kernels, N, 1),
    part: kernels.create([N, width]),
    directions,
  };
}

function releasePass({ model: { kernels } }: AblateOptions, { cleanLosses, codes, part }: Pass): void {
  kernels.release(cleanLosses);
  kernels.release(part);
  releaseSparseCodes(kernels, codes);
}

/** Contexts in turn: the clean losses of as many as fit, then all reruns of these. */
async function rerunBatch(
  options: AblateOptions,
  pass: Pass,
  points: AblationPoints,
  reruns: readonly Rerun[],
): Promise<void> {
  const byContext = [...Map.groupBy(reruns, ({ context }) => context)];
  for (let first = 0; first < byContext.length; first += pass.size) {
    const some = byContext.slice(first, first + pass.size);
    const slots = new Map(some.map(([context], slot) => [context, slot]));
    measureCleanLosses(options, pass, [...slots.keys()]);
    const own = some.flatMap(([, listed]) => listed);
    for (let start = 0; start < own.length; start += pass.size) {
      options.signal?.throwIfAborted();
      await measureReruns(options, pass, points, own.slice(start, start + pass.size), slots);
    }
  }
}

function writeContexts({ model, text }: AblateOptions, { tokens }: Pass, places: readonly number[]): void {
  writeTokenBatch(
    model.kernels,
    tokens,
    text.stream,
    places.map((place) => text.contexts[place]!),
  );
}

function measureCleanLosses(options: AblateOptions, pass: Pass, places: readonly number[]): void {
  const { model } = options;
  writeContexts(options, pass, places);
  const hidden = forward(model, pass.workspace, pass.tokens.tokens);
  const losses = model.kernels.reshape(pass.cleanLosses, [pass.workspace.rows]);
  crossEntropyOfHidden(model, pass.workspace, losses, hidden, pass.tokens.targets);
}

async function measureReruns(
  options: AblateOptions,
  pass: Pass,
  points: AblationPoints,
  reruns: readonly Rerun[],
  slots: ReadonlyMap<number, number>,
): Promise<void> {
  const { model, site, text } = options;
  const { kernels } = model;
  const T = text.contextLength;
  writeContexts(
    options,
    pass,
    reruns.map(({ context }) => context),
  );
  writePart(options, pass, reruns);
  const subtract: Hook = (activation) => {
    kernels.sparseDecode(pass.part, pass.codes, pass.codes.values, pass.directions, null);
    kernels.addScaled(activation, activation, pass.part, -1);
  };
  const hidden = forward(model, pass.workspace, pass.tokens.tokens, { hooks: { [site]: subtract } });
  const concerned = reruns.flatMap(({ context, points: listed }, slot) =>
    listed.map((point) => {
      const position = points.tokens[point]! % T;
      return { point, row: slot * T + position, clean: slots.get(context)! * T + position };
    }),
  );
  const effects = await compareLosses(options, pass, hidden, concerned);
  concerned.forEach(({ point }, i) => {
    points.effects[point] = effects[i]!;
  });
}

/** What the pass's rows lose, [R]: each row's loss now less that of its clean row. */
async function compareLosses(
  { model }: AblateOptions,
  { workspace, tokens, cleanLosses }: Pass,
  hidden: Tensor,
  concerned: readonly { readonly row: number; readonly clean: number }[],
): Promise<Float32Array> {
  const { kernels, config } = model;
  const R = concerned.length;
  const allTargets = await kernels.readInts(tokens.targets);
  const rows = kernels.upload(
    Int32Array.from(concerned, ({ row }) => row),
    [R],
  );
  const clean = kernels.upload(
    Int32Array.from(concerned, (entry) => entry.clean),
    [R],
  );
  const targets = kernels.upload(
    Int32Array.from(concerned, ({ row }) => allTargets[row]!),
    [R],
  );
  const gathered = kernels.create([R, config.dModel]);
  const [losses, before] = [kernels.create([R]), kernels.create([R, 1])];
  kernels.gatherRows(gathered, hidden, rows);
  kernels.gatherRows(before, cleanLosses, clean);
  const chunk = workspace.logits.shape[0]!;
  for (let first = 0; first < R; first += chunk) {
    const count = Math.min(chunk, R - first);
    const logits = kernels.rows(workspace.logits, 0, count);
    const part = (tensor: Tensor) => kernels.rows(tensor, first, count);
    computeLogits(model, logits, part(gathered));
    kernels.softmaxCrossEntropy(part(losses), null, logits, part(targets), 1);
  }
  kernels.addScaled(losses, losses, kernels.reshape(before, [R]), -1);
  const effects = await kernels.read(losses);
  for (const tensor of [rows, clean, targets, gathered, losses, before]) kernels.release(tensor);
  return effects;
}

/** Each row's activation of the feature that its context goes without. */
function writePart({ model: { kernels }, text }: AblateOptions, { codes }: Pass, reruns: readonly Rerun[]): void {
  const T = text.contextLength;
  const N = codes.counts.shape[0]!;
  const [counts, indices, values] = [new Int32Array(N), new Int32Array(N), new Float32Array(N)];
  reruns.forEach(({ feature, activations }, slot) => {
    for (let position = 0; position < T; position++) {
      const row = slot * T + position;
      counts[row] = activations[position]! > 0 ? 1 : 0;
      indices[row] = feature;
      values[row] = activations[position]!;
    }
  });
  kernels.write(codes.counts, counts);
  kernels.write(codes.indices, indices);
  kernels.write(codes.values, values);
}
