import { describe, expect, test } from "vitest";
import { backends } from "../../test/support/backends.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { createRandomStream } from "../numerics/random.ts";
import { modelConfigSchema } from "./config.ts";
import { createParameters } from "./parameters.ts";
import { createTextReader } from "./text-reader.ts";
import { createTransformer, forward, type Hook, type Hooks, type Transformer } from "./transformer.ts";
import { createWorkspace } from "./workspace.ts";
import "../../test/support/to-be-all-close.ts";

const [CONTEXT, VOCABULARY, WIDTH] = [6, 13, 8];

function createModel(kernels: Kernels, layers: number): Transformer {
  const config = modelConfigSchema.parse({
    ...{ layers, dModel: WIDTH, heads: 2, dMlp: 16, contextLength: CONTEXT, vocabularySize: VOCABULARY },
  });
  const parameters = createParameters(kernels, config, 3);
  for (const tensor of parameters.values()) if (tensor.shape.length === 2) kernels.scale(tensor, tensor, 20);
  return createTransformer(kernels, config, parameters);
}

/** Adds to each row a vector that depends on the row's place in the text. */
function addByPlace(kernels: Kernels): Hook {
  return (activation, { first, context }) => {
    const [rows = 0, width = 0] = activation.shape;
    const added = Float32Array.from({ length: rows * width }, (_, i) => {
      const place = first + (Math.floor(i / width) % context);
      return Math.sin(7 * place + (i % width));
    });
    kernels.addScaled(activation, activation, kernels.upload(added, activation.shape), 1);
  };
}

/** The last position's final residual row of one pass over the whole window. */
async function readWhole(model: Transformer, text: readonly number[], hooks: Hooks): Promise<Float32Array> {
  const { kernels } = model;
  const window = text.slice(-CONTEXT);
  const tokens = kernels.upload(Int32Array.from(window), [window.length]);
  const first = text.length - window.length;
  const hidden = forward(model, createWorkspace(model, 1, window.length), tokens, { hooks, first });
  return kernels.read(kernels.rows(hidden, window.length - 1, 1));
}

describe.each(backends)("$name", ({ create }) => {
  const kernels = create(2);
  test.each([
    [1, "no hook", []],
    [1, "a hook after the MLP", ["blocks.0.mlp.hook_post"]],
    [2, "hooks in both blocks", ["blocks.0.hook_resid_pre", "blocks.0.mlp.hook_post", "blocks.1.mlp.hook_pre"]],
    [3, "hooks at attention", ["blocks.1.attn.hook_z", "blocks.2.attn.hook_z", "blocks.2.hook_resid_post"]],
    [2, "a hook before the MLP", ["blocks.0.hook_mlp_in", "blocks.1.hook_mlp_in"]],
  ] as const)(
    "%i layers with %s: a text read in pieces is the text read whole, also beyond the context",
    async (layers, _, sites) => {
      const model = createModel(kernels, layers);
      const hooks: Hooks = Object.fromEntries(sites.map((site) => [site, addByPlace(kernels)]));
      const reader = createTextReader(model, hooks);
      const random = createRandomStream(4, "text");
      const text: number[] = [];
      for (const length of [3, 1, 1, 1, 1, 2, 1, 9, 1]) {
        const piece = Array.from({ length }, (_token, i) => random.integer(text.length + i, VOCABULARY));
        text.push(...piece);
        const read = await kernels.read(reader.read(piece));
        expect(read).toBeAllClose(await readWhole(model, text, hooks), { absolute: 1e-4, relative: 1e-4 });
      }
    },
  );
});
