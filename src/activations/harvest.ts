import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { parseSite } from "../model/sites.ts";
import { createTokenBatch, writeTokenBatch } from "../model/token-batch.ts";
import { forward, type Hooks, type Transformer } from "../model/transformer.ts";
import { createWorkspace } from "../model/workspace.ts";
import { createPermutation } from "../numerics/permutation.ts";
import { hashPath } from "../numerics/random.ts";
import { UserError } from "../numerics/user-error.ts";
import { countContexts, createContextSampler, type TokenStream } from "../text/contexts.ts";

/** Which activations are taken, and in which order. */
export interface HarvestOptions {
  /** TransformerLens's name of the place whose activations are wanted. */
  readonly site: string;
  /** Rows taken from each context, at most its length. */
  readonly tokensPerContext: number;
  /** Contexts in one forward pass. */
  readonly batch: number;
  readonly seed: number;
  /** Row to stop before; absent: one epoch, each context visited once. */
  readonly rows?: number;
  /** Row to begin with, 0 if absent. */
  readonly firstRow?: number;
  /** Interventions in force before the site. */
  readonly hooks?: Hooks;
  readonly signal?: AbortSignal;
}

/** The number of rows one epoch of a stream gives. */
export function countHarvestRows(stream: TokenStream, contextLength: number, tokensPerContext: number): number {
  return countContexts(stream, contextLength) * tokensPerContext;
}

/** The number of rows before harvesting must take a token twice: whole epochs, each of `tokensPerContext` other tokens. */
export function countDistinctRows(stream: TokenStream, contextLength: number, tokensPerContext: number): number {
  return countHarvestRows(stream, contextLength, tokensPerContext) * Math.floor(contextLength / tokensPerContext);
}

/**
 * Yields activations [any, width], valid until the next, of tokens drawn without repetition from contexts in random order.
 * Row r comes from the floor(r / tokensPerContext)-th context of the order and is a function of (model, stream, seed, r); the
 * pass ends after the site. A later epoch takes other tokens of each context until all were taken.
 */
export function* harvest(model: Transformer, stream: TokenStream, options: HarvestOptions): Generator<Tensor> {
  const { kernels, config } = model;
  const { batch, tokensPerContext: N, hooks = {} } = options;
  const site = parseSite(options.site, config);
  const contexts = countHarvestContexts(stream, config.contextLength, N);
  const rows = options.rows ?? contexts * N;
  const firstRow = options.firstRow ?? 0;
  const drawRow = createRowOrder(contexts, config.contextLength, options);
  const workspace = createWorkspace(model, batch);
  const tokens = createTokenBatch(kernels, batch, config.contextLength);
  const out = kernels.create([batch * N, site.width]);
  // Passes begin at multiples of `batch` contexts wherever harvesting begins, so that a row's bytes do not depend on it.
  const firstPass = Math.floor(firstRow / (batch * N));
  for (let pass = firstPass; pass * batch * N < rows; pass++) {
    options.signal?.throwIfAborted();
    const start = pass * batch * N;
    const drawn = Array.from({ length: batch * N }, (_, index) => drawRow(start + index));
    const chosen = Array.from({ length: batch }, (_, index) => drawn[index * N]!.context);
    writeTokenBatch(kernels, tokens, stream, chosen);
    const activations = forward(model, workspace, tokens.tokens, { hooks, stopAfter: site.name });
    const from = Math.max(0, firstRow - start);
    const count = Math.min(batch * N, rows - start) - from;
    const picked = drawn
      .slice(from, from + count)
      .map(({ position }, index) => Math.floor((from + index) / N) * config.contextLength + position);
    yield gather(kernels, kernels.rows(out, 0, count), activations, picked);
  }
}

/** Where each row comes from. */
function createRowOrder(
  contexts: number,
  contextLength: number,
  { tokensPerContext, seed }: HarvestOptions,
): (row: number) => { context: number; position: number } {
  const sampler = createContextSampler({ count: contexts, seed: hashPath(seed, ["harvest"]) });
  let last = { visit: -1, context: 0, positionAt: (_: number) => 0 };
  return (row) => {
    const visit = Math.floor(row / tokensPerContext);
    if (visit !== last.visit) {
      const context = sampler.contextAt(visit);
      last = { visit, context, positionAt: createPermutation(contextLength, seed, "harvest", context) };
    }
    const epoch = Math.floor(visit / contexts);
    const draw = epoch * tokensPerContext + (row - visit * tokensPerContext);
    return { context: last.context, position: last.positionAt(draw % contextLength) };
  };
}

function countHarvestContexts(stream: TokenStream, contextLength: number, tokensPerContext: number): number {
  if (tokensPerContext < 1 || tokensPerContext > contextLength) {
    throw new UserError(
      `tokensPerContext must lie between 1 and the model's context length ${contextLength}, got ${tokensPerContext}`,
      2,
    );
  }
  const contexts = countContexts(stream, contextLength);
  if (contexts === 0) {
    throw new UserError(
      `the text has ${stream.tokens.length} tokens, fewer than one context of ${contextLength} and the token after it: no activations to harvest`,
    );
  }
  return contexts;
}

function gather(kernels: Kernels, out: Tensor, activations: Tensor, rows: readonly number[]): Tensor {
  kernels.gatherRows(out, activations, kernels.upload(Int32Array.from(rows), [rows.length]));
  return out;
}
