import type { Tensor } from "../kernels/kernels.ts";
import { forward, parameter, type Transformer, unembedding } from "./transformer.ts";
import { crossEntropyBackward } from "./unembed.ts";
import type { LayerNormOutput, Workspace } from "./workspace.ts";

/** Parameters' gradients by name, and the tensors the backward pass of one workspace needs. */
export interface Gradients {
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly losses: Tensor; // [N]
  readonly dResidual: Tensor; // [N, D]
  readonly dWide: Tensor; // [N, D], gradient of whatever a block's linear layer reads
  readonly dQkv: Tensor; // [N, 3D]
  readonly dMlp: Tensor; // [N, dMlp]
}

/** Zero gradients and scratch for a workspace. */
export function createGradients(model: Transformer, workspace: Workspace): Gradients {
  const { kernels, config } = model;
  const N = workspace.rows;
  const D = config.dModel;
  return {
    parameters: new Map([...model.parameters].map(([name, tensor]) => [name, kernels.create(tensor.shape)])),
    losses: kernels.create([N]),
    dResidual: kernels.create([N, D]),
    dWide: kernels.create([N, D]),
    dQkv: kernels.create([N, 3 * D]),
    dMlp: kernels.create([N, config.dMlp]),
  };
}

/** Sets the parameters' gradients to zero. */
export function clearGradients(model: Transformer, gradients: Gradients): void {
  for (const gradient of gradients.parameters.values()) model.kernels.fill(gradient, 0);
}

/**
 * One forward and backward pass: writes `gradients.losses` (nats per token) and ADDS the gradient of
 * scale * (sum of losses) to the parameters' gradients. Tokens and targets int32 [N].
 */
export function forwardBackward(
  model: Transformer,
  workspace: Workspace,
  gradients: Gradients,
  tokens: Tensor,
  targets: Tensor,
  scale: number,
): void {
  const { kernels, config } = model;
  forward(model, workspace, tokens);
  const dUnembedding = unembedding(model, gradients.parameters);
  const outputs = { losses: gradients.losses, dHidden: gradients.dWide, dUnembedding };
  crossEntropyBackward(model, workspace, outputs, targets, scale);
  const last = workspace.blocks[config.layers - 1]!.residualPost;
  kernels.fill(gradients.dResidual, 0);
  layerNormBackward(model, gradients, workspace.final, last, "ln_f");
  for (let layer = config.layers - 1; layer >= 0; layer--) {
    mlpBackward(model, workspace, gradients, layer);
    attentionBackward(model, workspace, gradients, layer);
  }
  const dTokens = parameter(gradients.parameters, "wte.weight");
  const dPositions = parameter(gradients.parameters, "wpe.weight");
  kernels.embeddingBackward(dTokens, dPositions, gradients.dResidual, tokens, workspace.dims.context);
}

function mlpBackward(model: Transformer, workspace: Workspace, gradients: Gradients, layer: number): void {
  const { kernels, config } = model;
  const block = workspace.blocks[layer]!;
  const { dResidual, dMlp, dWide } = gradients;
  const functionInput = config.activation === "relu" ? block.post : block.pre;
  linearBackward(model, gradients, dMlp, dResidual, block.post, `h.${layer}.mlp.c_proj`);
  kernels.activateBackward(dMlp, dMlp, functionInput, config.activation);
  linearBackward(model, gradients, dWide, dMlp, block.normalised2.out, `h.${layer}.mlp.c_fc`);
  layerNormBackward(model, gradients, block.normalised2, block.residualMid, `h.${layer}.ln_2`);
}

function attentionBackward(model: Transformer, workspace: Workspace, gradients: Gradients, layer: number): void {
  const block = workspace.blocks[layer]!;
  const { dResidual, dQkv, dWide } = gradients;
  const residual = layer === 0 ? workspace.embedded : workspace.blocks[layer - 1]!.residualPost;
  linearBackward(model, gradients, dWide, dResidual, block.z, `h.${layer}.attn.c_proj`);
  model.kernels.causalAttentionBackward(dQkv, dWide, block.z, block.logSumExp, block.qkv, workspace.dims);
  linearBackward(model, gradients, dWide, dQkv, block.normalised1.out, `h.${layer}.attn.c_attn`);
  layerNormBackward(model, gradients, block.normalised1, residual, `h.${layer}.ln_1`);
}

/** dInput = dOutput W^T; adds input^T dOutput and the column sums of dOutput to the layer's gradients. */
function linearBackward(
  model: Transformer,
  gradients: Gradients,
  dInput: Tensor,
  dOutput: Tensor,
  input: Tensor,
  name: string,
): void {
  const { kernels } = model;
  const dWeight = parameter(gradients.parameters, `${name}.weight`);
  kernels.gemm(dWeight, input, dOutput, { transposeA: true, accumulate: true });
  kernels.columnSums(parameter(gradients.parameters, `${name}.bias`), dOutput, { accumulate: true });
  kernels.gemm(dInput, dOutput, parameter(model.parameters, `${name}.weight`), { transposeB: true });
}

/** Adds to `gradients.dResidual` the gradient through a layer norm of `x` whose output's gradient is in `gradients.dWide`. */
function layerNormBackward(
  model: Transformer,
  gradients: Gradients,
  output: LayerNormOutput,
  x: Tensor,
  name: string,
): void {
  const gain = parameter(model.parameters, `${name}.weight`);
  const dGain = parameter(gradients.parameters, `${name}.weight`);
  const dBias = parameter(gradients.parameters, `${name}.bias`);
  const { mean, inverseDeviation } = output;
  const { dResidual, dWide } = gradients;
  model.kernels.layerNormBackward(dResidual, dGain, dBias, dWide, x, gain, mean, inverseDeviation);
}
