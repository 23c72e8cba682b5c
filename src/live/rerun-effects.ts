import { forward } from "../model/transformer.ts";
import { crossEntropyOfHidden } from "../model/unembed.ts";
import { createWorkspace } from "../model/workspace.ts";
import { replaceWith } from "../steering/replace-activation.ts";
import type { CleanPass } from "./direct-effects.ts";
import { type Firing, groupByFeature } from "./firings.ts";
import type { LiveSubject } from "./live-subject.ts";

/** Rows of a pass at most, unless one context has more. */
const ROWS_PER_PASS = 1024;

/**
 * Writes the firings' effects on the loss where later positions and blocks depend on the site: the model is run again on the context
 * for each active feature, ablated on all of it; several features in one pass. Yields the share that is done.
 */
export async function* rerunEffects(subject: LiveSubject, pass: CleanPass): AsyncGenerator<number> {
  const { model, site } = subject;
  const { kernels } = model;
  const N = pass.tokens.length;
  const groups = groupByFeature(pass.firings);
  const size = Math.min(groups.length, Math.max(1, Math.floor(ROWS_PER_PASS / N)));
  if (size === 0) return;
  const workspace = createWorkspace(model, size, N);
  const tokens = kernels.upload(repeat(pass.tokens, size), [size * N]);
  const targets = kernels.upload(repeat(pass.targets, size), [size * N]);
  const values = kernels.create([size * N, subject.dictionary.width]);
  const losses = kernels.create([size * N]);
  const ablate = await createAblation(subject, pass);
  for (let first = 0; first < groups.length; first += size) {
    const chunk = groups.slice(first, first + size);
    kernels.write(values, ablate(chunk, size));
    const hidden = forward(model, workspace, tokens, { hooks: { [site]: replaceWith(kernels, values) } });
    crossEntropyOfHidden(model, workspace, losses, hidden, targets);
    writeEffects(chunk, pass, await kernels.read(losses));
    yield (first + chunk.length) / groups.length;
  }
}

type Group = readonly [feature: number, firings: readonly Firing[]];

/** The site's activations, context after context, each without one feature. */
async function createAblation(
  { model, dictionary }: LiveSubject,
  { activation }: CleanPass,
): Promise<(chunk: readonly Group[], contexts: number) => Float32Array> {
  const { kernels } = model;
  const clean = await kernels.read(activation);
  const directions = await kernels.read(dictionary.directions);
  const d = dictionary.width;
  return (chunk, contexts) => {
    const values = repeat(clean, contexts);
    for (const [context, [feature, firings]] of chunk.entries()) {
      for (const { row, activation: strength } of firings) {
        const start = context * clean.length + row * d;
        for (let j = 0; j < d; j++) values[start + j] = values[start + j]! - strength * directions[feature * d + j]!;
      }
    }
    return values;
  };
}

function writeEffects(chunk: readonly Group[], { targets, losses }: CleanPass, ablated: Float32Array): void {
  for (const [context, [, firings]] of chunk.entries()) {
    for (const firing of firings) {
      if (targets[firing.row]! < 0) continue;
      firing.lossEffect = ablated[context * targets.length + firing.row]! - losses[firing.row]!;
    }
  }
}

function repeat<T extends Float32Array | Int32Array>(values: T, times: number): T {
  const repeated = new (values.constructor as new (length: number) => T)(values.length * times);
  for (let i = 0; i < times; i++) repeated.set(values, i * values.length);
  return repeated;
}
