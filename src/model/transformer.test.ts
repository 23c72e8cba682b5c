import { describe, expect, test } from "vitest";
import { type FixtureTensors, readTransformerFixture, type TransformerCase } from "../../test/parity/fixtures.ts";
import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { createReferenceKernels } from "../kernels/reference.ts";
import { clearGradients, createGradients, forwardBackward } from "./backward.ts";
import { type ModelConfig, modelConfigSchema } from "./config.ts";
import { createOptimiser, updateParameters } from "./optimiser.ts";
import {
  countParameters,
  createParameters,
  parameterShapes,
  type ShapedArray,
  uploadParameters,
} from "./parameters.ts";
import { listSites, type SiteName } from "./sites.ts";
import { createTransformer, forward, type Transformer } from "./transformer.ts";
import { computeLogits, crossEntropy } from "./unembed.ts";
import { createWorkspace } from "./workspace.ts";

const fixture = readTransformerFixture();
const [B, T, V] = [3, fixture.config.context, fixture.config.vocabulary];

function configOf(one: TransformerCase): ModelConfig {
  const { context, vocabulary, ...shape } = fixture.config;
  return modelConfigSchema.parse({
    ...shape,
    contextLength: context,
    vocabularySize: vocabulary,
    activation: one.activation,
    tiedEmbeddings: one.tied,
  });
}

function arraysOf(tensors: FixtureTensors): Map<string, ShapedArray> {
  return new Map(
    Object.entries(tensors).map(([name, { shape, data }]) => [name, { shape, data: Float32Array.from(data) }]),
  );
}

function modelOf(kernels: Kernels, one: TransformerCase): Transformer {
  const config = configOf(one);
  return createTransformer(kernels, config, uploadParameters(kernels, config, arraysOf(fixture.parameters)));
}

function batchOf(kernels: Kernels, index: number): { tokens: Tensor; targets: Tensor } {
  const { tokens, targets } = fixture.batches[index]!;
  const upload = (rows: readonly (readonly number[])[]) => kernels.upload(Int32Array.from(rows.flat()), [B * T]);
  return { tokens: upload(tokens), targets: upload(targets) };
}

function expectAllClose(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number, what: string): void {
  expect(got.length, what).toBe(wanted.length);
  let worst = 0;
  for (let i = 0; i < wanted.length; i++) {
    worst = Math.max(worst, Math.abs(got[i]! - wanted[i]!) / (1 + Math.abs(wanted[i]!)));
  }
  expect(worst, what).toBeLessThan(tolerance);
}

describe.each(fixture.cases.map((one) => ({ name: one.name, one })))("PyTorch's $name transformer", ({ one }) => {
  const kernels = createReferenceKernels("float64");
  const tolerance = 1e-6;

  test("has the same logits and losses", async () => {
    const model = modelOf(kernels, one);
    const workspace = createWorkspace(model, B);
    const { tokens, targets } = batchOf(kernels, 0);
    const logits = kernels.create([B * T, V]);
    computeLogits(model, logits, forward(model, workspace, tokens));
    expectAllClose(await kernels.read(logits), one.logits.data, tolerance, "logits");
    const losses = kernels.create([B * T]);
    crossEntropy(model, workspace, losses, tokens, targets);
    expectAllClose(await kernels.read(losses), one.tokenLosses.data, tolerance, "losses");
  });

  test("has the same gradient for every parameter", async () => {
    const model = modelOf(kernels, one);
    const workspace = createWorkspace(model, B);
    const gradients = createGradients(model, workspace);
    const { tokens, targets } = batchOf(kernels, 0);
    forwardBackward(model, workspace, gradients, tokens, targets, 1 / (B * T));
    expectAllClose(await kernels.read(gradients.losses), one.tokenLosses.data, tolerance, "losses");
    expect([...gradients.parameters.keys()].sort()).toEqual(Object.keys(one.gradients).sort());
    for (const [name, gradient] of gradients.parameters) {
      expectAllClose(await kernels.read(gradient), one.gradients[name]!.data, tolerance, name);
    }
  });

  test("loses the same under zero and mean ablation by a hook that writes in place", async () => {
    const model = modelOf(kernels, one);
    const workspace = createWorkspace(model, B);
    const { tokens, targets } = batchOf(kernels, 0);
    const losses = kernels.create([B * T]);
    for (const ablation of one.ablations) {
      const value = kernels.upload(Float32Array.from(ablation.value.data), ablation.value.shape);
      const replace = (activation: Tensor) => {
        kernels.fill(activation, 0);
        kernels.addRow(activation, activation, value, 1);
      };
      crossEntropy(model, workspace, losses, tokens, targets, { hooks: { [ablation.site as SiteName]: replace } });
      expectAllClose(await kernels.read(losses), ablation.tokenLosses.data, tolerance, ablation.kind);
    }
  });
});

test.each(
  fixture.cases.flatMap((one) => (one.training === null ? [] : [{ name: one.name, one, wanted: one.training }])),
)("three AdamW steps with clipping end where PyTorch's do: $name", async ({ one, wanted }) => {
  const kernels = createReferenceKernels("float64");
  const model = modelOf(kernels, one);
  const workspace = createWorkspace(model, B);
  const gradients = createGradients(model, workspace);
  const optimiser = createOptimiser(model);
  for (let step = 0; step < fixture.adamW.steps; step++) {
    const { tokens, targets } = batchOf(kernels, step);
    clearGradients(model, gradients);
    forwardBackward(model, workspace, gradients, tokens, targets, 1 / (B * T));
    updateParameters(model, optimiser, gradients, { ...fixture.adamW, maxNorm: wanted.clipNorm, step: step + 1 });
    const losses = await kernels.read(gradients.losses);
    expect(losses.reduce((sum, loss) => sum + loss) / losses.length).toBeCloseTo(wanted.losses[step]!, 6);
    expect(Math.sqrt((await kernels.read(optimiser.squaredNorm))[0]!)).toBeCloseTo(wanted.gradientNorms[step]!, 5);
  }
  for (const [name, tensor] of model.parameters) {
    const got = await kernels.read(tensor);
    const after = wanted.parametersAfter[name]!.data;
    const noisy = name.endsWith("c_attn.bias"); // keys' biases have a zero gradient: Adam amplifies rounding noise
    const D = fixture.config.dModel;
    const compared = (values: ArrayLike<number>) =>
      Array.from(values).filter((_, index) => !noisy || index < D || index >= 2 * D);
    expectAllClose(compared(got), compared(after), 1e-6, name);
  }
});

test("every hook sees PyTorch's activations, and a pass stopped after a site returns that site's", async () => {
  const kernels = createReferenceKernels("float64");
  const one = fixture.cases.find((candidate) => candidate.activations !== null)!;
  const model = modelOf(kernels, one);
  const workspace = createWorkspace(model, B);
  const { tokens } = batchOf(kernels, 0);
  for (const [name, wanted] of Object.entries(one.activations!)) {
    const site = name as SiteName;
    const seen: Tensor[] = [];
    const stopped = forward(model, workspace, tokens, {
      hooks: { [site]: (activation: Tensor) => seen.push(activation) },
      stopAfter: site,
    });
    expect(seen).toEqual([stopped]);
    const got = await kernels.read(stopped);
    expectAllClose(got.subarray(0, wanted.data.length), wanted.data.slice(0, got.length), 1e-6, name);
  }
  const order: string[] = [];
  const hooks = Object.fromEntries(listSites(model.config).map(({ name }) => [name, () => order.push(name)]));
  forward(model, workspace, tokens, { hooks });
  expect(order).toEqual(listSites(model.config).map(({ name }) => name));
});

test("changing the MLP's input leaves the residual stream around it alone", async () => {
  const kernels = createReferenceKernels("float64");
  const model = modelOf(kernels, fixture.cases[0]!);
  const workspace = createWorkspace(model, B);
  const { tokens } = batchOf(kernels, 0);
  forward(model, workspace, tokens);
  const before = await kernels.read(workspace.blocks[0]!.residualMid);
  const mlpBefore = await kernels.read(workspace.blocks[0]!.mlpOut);
  forward(model, workspace, tokens, { hooks: { "blocks.0.hook_mlp_in": (input) => kernels.fill(input, 0) } });
  expect(await kernels.read(workspace.blocks[0]!.residualMid)).toEqual(before);
  expect(await kernels.read(workspace.blocks[0]!.mlpOut)).not.toEqual(mlpBefore);
});

test("a hook at a site the model lacks is refused instead of ignored", () => {
  const kernels = createReferenceKernels();
  const model = modelOf(kernels, fixture.cases[0]!);
  const { tokens } = batchOf(kernels, 0);
  const hooks = { "blocks.9.hook_mlp_out": () => undefined };
  expect(() => forward(model, createWorkspace(model, B), tokens, { hooks })).toThrow("did you mean");
});

test.each(["relu", "gelu", "gelu_new"] as const)(
  "gradients match finite differences in a tied %s model",
  async (activation) => {
    const kernels = createReferenceKernels("float64");
    const config = modelConfigSchema.parse({
      layers: 2,
      dModel: 6,
      heads: 3,
      dMlp: 7,
      contextLength: 5,
      vocabularySize: 9,
      tiedEmbeddings: true,
      activation,
    });
    const arrays = new Map<string, ShapedArray>();
    for (const [name, shape] of parameterShapes(config)) {
      const data = new Float32Array(shape.reduce((a, b) => a * b)).map(
        (_, i) => Math.sin(3 * i + 7 * arrays.size) * 0.5,
      );
      arrays.set(name, { shape, data });
    }
    const tokens = kernels.upload(Int32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 0, 1]), [10]);
    const targets = kernels.upload(Int32Array.from([2, 3, -1, 5, 6, 7, 8, 0, 1, 4]), [10]);
    const totalLoss = async (model: Transformer) => {
      const losses = kernels.create([10]);
      crossEntropy(model, createWorkspace(model, 2), losses, tokens, targets);
      return (await kernels.read(losses)).reduce((sum, loss) => sum + loss);
    };
    const build = (values: Map<string, ShapedArray>) =>
      createTransformer(kernels, config, uploadParameters(kernels, config, values));
    const model = build(arrays);
    const workspace = createWorkspace(model, 2);
    const gradients = createGradients(model, workspace);
    forwardBackward(model, workspace, gradients, tokens, targets, 1);
    const step = 2 ** -8;
    for (const [name, { shape, data }] of arrays) {
      const gradient = await kernels.read(gradients.parameters.get(name)!);
      const index = (arrays.size * 5) % data.length;
      const moved = (offset: number) => {
        const copy = Float32Array.from(data);
        copy[index] = copy[index]! + offset;
        return totalLoss(build(new Map(arrays).set(name, { shape, data: copy })));
      };
      const difference = ((await moved(step)) - (await moved(-step))) / (2 * step);
      expect(Math.abs(gradient[index]! - difference), name).toBeLessThan(2e-3 * (1 + Math.abs(difference)));
    }
  },
);

test("a new model's loss is near ln V, and its parameters are a function of the seed", async () => {
  const kernels = createReferenceKernels();
  const config = modelConfigSchema.parse({ dModel: 32, heads: 2, dMlp: 64, contextLength: 16, vocabularySize: 300 });
  const model = createTransformer(kernels, config, createParameters(kernels, config, 5));
  const losses = kernels.create([32]);
  const tokens = Int32Array.from({ length: 32 }, (_, index) => (index * 37) % 300);
  const targets = Int32Array.from({ length: 32 }, (_, index) => (index * 53 + 11) % 300);
  crossEntropy(model, createWorkspace(model, 2), losses, kernels.upload(tokens, [32]), kernels.upload(targets, [32]));
  const mean = (await kernels.read(losses)).reduce((sum, loss) => sum + loss) / 32;
  expect(Math.abs(mean - Math.log(300))).toBeLessThan(0.05);
  const again = createParameters(kernels, config, 5);
  const other = createParameters(kernels, config, 6);
  const read = (parameters: ReadonlyMap<string, Tensor>) => kernels.read(parameters.get("h.0.mlp.c_proj.weight")!);
  expect(await read(again)).toEqual(await read(model.parameters));
  expect(await read(other)).not.toEqual(await read(model.parameters));
});

test("initial weights have deviation 0.02, divided by sqrt(2 layers) in residual projections", async () => {
  const kernels = createReferenceKernels();
  const config = modelConfigSchema.parse({ layers: 2, vocabularySize: 200 });
  const parameters = createParameters(kernels, config, 1);
  const deviation = async (name: string) => {
    const values = await kernels.read(parameters.get(name)!);
    return Math.sqrt(values.reduce((sum, value) => sum + value * value) / values.length);
  };
  expect(await deviation("h.1.mlp.c_fc.weight")).toBeCloseTo(0.02, 3);
  expect(await deviation("lm_head.weight")).toBeCloseTo(0.02, 3);
  expect(await deviation("h.1.mlp.c_proj.weight")).toBeCloseTo(0.01, 3);
  expect(await kernels.read(parameters.get("ln_f.weight")!)).toEqual(new Float32Array(128).fill(1));
});

test("the paper's model has 0.2 M parameters besides its embeddings", () => {
  const config = modelConfigSchema.parse({ vocabularySize: 4096 });
  const D = 128;
  const block = 4 * D + (3 * D * D + 3 * D) + (D * D + D) + (D * 512 + 512) + (512 * D + D);
  expect(countParameters(config)).toBe(2 * 4096 * D + 128 * D + block + 2 * D);
  expect(countParameters({ ...config, tiedEmbeddings: true })).toBe(4096 * D + 128 * D + block + 2 * D);
});

test("heads that do not divide the width, and weights that do not fit, are refused with what was got and wanted", () => {
  const kernels = createReferenceKernels();
  const config = modelConfigSchema.parse({ dModel: 8, heads: 3, vocabularySize: 5 });
  expect(() => createParameters(kernels, config, 0)).toThrow("got 3 heads for a width of 8; use 2 or 4");
  const sound = { ...config, heads: 2 };
  expect(() => uploadParameters(kernels, sound, new Map())).toThrow('lack "wte.weight"');
  const wrong = new Map([["wte.weight", { shape: [5, 7], data: new Float32Array(35) }]]);
  expect(() => uploadParameters(kernels, sound, wrong)).toThrow("has shape [5,7], the config says [5,8]");
});
