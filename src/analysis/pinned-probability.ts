import type { Dictionary } from "../autoencoder/dictionary.ts";
import { createSparseEncoder } from "../autoencoder/sparse-encoder.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { type Interval, jackknifeInterval, sumUnits } from "../metrics/jackknife.ts";
import type { SiteName } from "../model/sites.ts";
import { createTokenBatch, writeTokenBatch } from "../model/token-batch.ts";
import { forward, type Hook, type Transformer } from "../model/transformer.ts";
import { sumProbabilities } from "../model/unembed.ts";
import { createWorkspace } from "../model/workspace.ts";
import { createRandomStream } from "../numerics/random.ts";
import type { TokenStream } from "../text/contexts.ts";
import { encodeEntries } from "./active-entries.ts";

// Dimensions: V vocabulary, K cases, d width of the site, N rows of a pass.

/** A feature that is held at a value, and the tokens whose probability is looked at. */
export interface PinnedCase {
  readonly feature: number;
  readonly value: number;
  /** 1 for the tokens that count; the separator never does. */
  readonly belongs: Uint8Array; // [V]
}

/** A difference of mean probabilities with its 95 % interval over contexts. */
export interface MeanChange {
  readonly change: number;
  readonly interval: Interval;
}

/** The summed probability of a case's tokens as the next token, as a mean over all positions of the contexts. */
export interface PinnedEffect {
  readonly before: number;
  /** By holding the feature at its value. */
  readonly pinned: MeanChange;
  /** By moving as far along a random direction of the same length. */
  readonly control: MeanChange;
}

/** What pinning is measured on. */
export interface PinnedProbabilityOptions {
  readonly model: Transformer;
  readonly site: SiteName;
  readonly dictionary: Dictionary;
  readonly stream: TokenStream;
  /** Two at least. */
  readonly contexts: Int32Array;
  /** Contexts per pass of the model. */
  readonly batch: number;
  readonly endOfText: number;
  readonly seed: number;
}

/** Places of a context's sums. */
const SUMS = { positions: 0, before: 1, pinned: 2, control: 3 } as const;

/**
 * What pinning each case's feature does to the total probability of its tokens (paper, §pinned sampling): x' = x + (v - f(x)) d on
 * all positions, which keeps the dictionary's error. Yields the contexts of each pass.
 */
export async function* measurePinnedProbability(
  options: PinnedProbabilityOptions,
  cases: readonly PinnedCase[],
): AsyncGenerator<number, readonly PinnedEffect[]> {
  const { model, contexts, batch } = options;
  const T = model.config.contextLength;
  const sums = cases.map(() => Array.from(contexts, () => new Float64Array(Object.keys(SUMS).length)));
  const pass = createPass(options, cases);
  const directions = await createDirections(options, cases);
  for (let first = 0; first < contexts.length; first += batch) {
    const chosen = contexts.subarray(first, first + batch);
    const moves = await pass.open(chosen);
    const before = await pass.read(pass.allClasses, undefined);
    for (const k of cases.keys()) {
      const own = sums[k]!.slice(first, first + chosen.length);
      for (const context of own) context[SUMS.positions] = T;
      addColumn(own, SUMS.before, before, { contextLength: T, width: cases.length, column: k });
      for (const way of ["pinned", "control"] as const) {
        const hook: Hook = (x) => model.kernels.gemm(x, moves[k]!, directions[way][k]!, { accumulate: true });
        const after = await pass.read(pass.classes[k]!, hook);
        addColumn(own, SUMS[way], after, { contextLength: T, width: 1, column: 0 });
      }
    }
    for (const move of moves) model.kernels.release(move);
    yield chosen.length;
  }
  return sums.map(judge);
}

interface Pass {
  readonly allClasses: Tensor; // [V, K]
  readonly classes: readonly Tensor[]; // per case [V, 1]
  /** Goes on to other contexts; how far each case's feature has to be moved on each row, per case [N, 1]. */
  open(contexts: Int32Array): Promise<Tensor[]>;
  /** The summed probabilities of classes after each row, [N, classes], under a hook at the site. */
  read(classes: Tensor, hook: Hook | undefined): Promise<Float32Array>;
}

function createPass(options: PinnedProbabilityOptions, cases: readonly PinnedCase[]): Pass {
  const { model, site, stream, dictionary, endOfText, batch } = options;
  const { kernels, config } = model;
  const workspace = createWorkspace(model, batch);
  const tokens = createTokenBatch(kernels, batch, config.contextLength);
  return {
    ...uploadClasses(kernels, config.vocabularySize, endOfText, cases),
    open: async (contexts) => {
      writeTokenBatch(kernels, tokens, stream, [...contexts]);
      const encoder = createSparseEncoder(kernels, dictionary);
      const x = forward(model, workspace, tokens.tokens, { stopAfter: site });
      const { capacity, counts, indices, values } = await encodeEntries(kernels, encoder, x, workspace.rows);
      encoder.release();
      const moves = cases.map(({ value }) => new Float32Array(workspace.rows).fill(value));
      const casesOf = Map.groupBy(cases.keys(), (k) => cases[k]!.feature);
      for (let row = 0; row < workspace.rows; row++) {
        for (let at = row * capacity; at < row * capacity + counts[row]!; at++)
          for (const k of casesOf.get(indices[at]!) ?? []) moves[k]![row]! -= values[at]!;
      }
      return moves.map((move) => kernels.upload(move, [workspace.rows, 1]));
    },
    read: async (classes, hook) => {
      const hidden = forward(model, workspace, tokens.tokens, hook === undefined ? {} : { hooks: { [site]: hook } });
      const out = kernels.create([workspace.rows, classes.shape[1]!]);
      sumProbabilities(model, workspace, out, hidden, classes, endOfText);
      const values = await kernels.read(out);
      kernels.release(out);
      return values;
    },
  };
}

function uploadClasses(kernels: Kernels, V: number, endOfText: number, cases: readonly PinnedCase[]) {
  const columns = cases.map(({ belongs }) => Float32Array.from(belongs, (one, id) => (id === endOfText ? 0 : one)));
  const table = new Float32Array(V * cases.length);
  for (const [k, column] of columns.entries())
    for (const [id, one] of column.entries()) table[id * cases.length + k] = one;
  return {
    allClasses: kernels.upload(table, [V, cases.length]),
    classes: columns.map((column) => kernels.upload(column, [V, 1])),
  };
}

/** Each case's own direction, and a random one of the same length, [1, d]. */
async function createDirections({ model, dictionary, seed }: PinnedProbabilityOptions, cases: readonly PinnedCase[]) {
  const { kernels } = model;
  const { width } = dictionary;
  const rows = kernels.create([cases.length, width]);
  const chosen = Int32Array.from(cases, ({ feature }) => feature);
  kernels.gatherRows(rows, dictionary.directions, kernels.upload(chosen, [cases.length]));
  const own = await kernels.read(rows);
  const [pinned, control]: [Tensor[], Tensor[]] = [[], []];
  for (const [k, { feature }] of cases.entries()) {
    const direction = own.slice(k * width, (k + 1) * width);
    const random = createRandomStream(seed, "control direction", feature);
    const drawn = direction.map((_, i) => random.normal(i));
    const factor = Math.hypot(...direction) / Math.hypot(...drawn);
    pinned.push(kernels.upload(direction, [1, width]));
    control.push(
      kernels.upload(
        drawn.map((value) => value * factor),
        [1, width],
      ),
    );
  }
  return { pinned, control };
}

interface Column {
  readonly contextLength: number;
  readonly width: number;
  readonly column: number;
}

function addColumn(
  contexts: readonly Float64Array[],
  sum: number,
  values: Float32Array,
  { contextLength, width, column }: Column,
): void {
  contexts.forEach((sums, i) => {
    for (let t = 0; t < contextLength; t++) sums[sum]! += values[(i * contextLength + t) * width + column]!;
  });
}

function judge(contexts: readonly Float64Array[]): PinnedEffect {
  const measureChange = (sum: number): MeanChange => {
    const statistic = (sums: Float64Array) => (sums[sum]! - sums[SUMS.before]!) / sums[SUMS.positions]!;
    return { change: statistic(sumUnits(contexts)), interval: jackknifeInterval(contexts, statistic) };
  };
  const totals = sumUnits(contexts);
  return {
    before: totals[SUMS.before]! / totals[SUMS.positions]!,
    pinned: measureChange(SUMS.pinned),
    control: measureChange(SUMS.control),
  };
}
