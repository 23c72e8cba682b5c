import type { Kernels, Tensor } from "../kernels/kernels.ts";
import { checkModelConfig, type ModelConfig } from "./config.ts";
import { type Parameters, parameterShapes } from "./parameters.ts";
import { parseSite, type SiteKind, type SiteName, siteName } from "./sites.ts";
import type { LayerNormOutput, Workspace } from "./workspace.ts";

/** A decoder-only transformer: its config and its parameters on a device. */
export interface Transformer {
  readonly config: ModelConfig;
  readonly kernels: Kernels;
  readonly parameters: Parameters;
}

/** Where the rows of an activation stand: row r is token `first + r mod context` of its text. */
export interface RowPlaces {
  readonly first: number;
  readonly context: number;
}

/** Called with the live activations [rows, width] of a site; may enqueue reads of them or change them in place. */
export type Hook = (activation: Tensor, places: RowPlaces) => void;

/** Hooks by the site they are called at. */
export type Hooks = Readonly<Partial<Record<SiteName, Hook>>>;

export interface ForwardOptions {
  readonly hooks?: Hooks;
  /** Ends the pass after this site's hook. */
  readonly stopAfter?: SiteName;
  /** Where in its text the pass begins, for the hooks: 0 if absent. */
  readonly first?: number;
}

/** Binds parameters to a config; throws where they do not fit. */
export function createTransformer(kernels: Kernels, config: ModelConfig, parameters: Parameters): Transformer {
  checkModelConfig(config);
  for (const [name, shape] of parameterShapes(config)) {
    const got = parameters.get(name)?.shape;
    if (got?.join() !== shape.join()) {
      throw new Error(`createTransformer: "${name}" has shape [${got ?? "none"}], the config says [${shape}]`);
    }
  }
  return { config, kernels, parameters };
}

/** The tensor called `name`; throws where there is none. */
export function parameter(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`no parameter is called "${name}"`);
  return tensor;
}

/** The matrix [V, D] whose rows read the logits off the final residual stream. */
export function unembedding(model: Transformer, tensors: ReadonlyMap<string, Tensor> = model.parameters): Tensor {
  return parameter(tensors, model.config.tiedEmbeddings ? "wte.weight" : "lm_head.weight");
}

/**
 * Runs the model on tokens int32 [rows] of the workspace and returns the residual stream [rows, D] after the final layer norm, or
 * with `stopAfter` that site's activations. The result belongs to the workspace and lives until its next pass.
 */
export function forward(
  model: Transformer,
  workspace: Workspace,
  tokens: Tensor,
  options: ForwardOptions = {},
): Tensor {
  const { hooks = {}, stopAfter, first = 0 } = options;
  const { context, queries = context } = workspace.dims;
  const places: RowPlaces = { first: first + context - queries, context: queries };
  const wanted = new Set<string>(Object.keys(hooks));
  if (stopAfter !== undefined) wanted.add(stopAfter);
  for (const name of wanted) parseSite(name, model.config);
  for (const [name, activation] of visitSites(model, workspace, tokens, wanted)) {
    hooks[name]?.(activation, places);
    if (name === stopAfter) return activation;
  }
  return workspace.final.out;
}

type Visit = readonly [SiteName, Tensor];

/** The forward pass, pausing at every site; `wanted` names the sites whose values must exist (others may be fused away). */
function* visitSites(
  model: Transformer,
  workspace: Workspace,
  tokens: Tensor,
  wanted: ReadonlySet<string>,
): Generator<Visit> {
  const { kernels, parameters } = model;
  const { context, queries = context } = workspace.dims;
  const positions = kernels.rows(parameter(parameters, "wpe.weight"), context - queries, queries);
  kernels.embedding(workspace.embedded, parameter(parameters, "wte.weight"), positions, tokens, queries);
  let residual = workspace.embedded;
  for (let layer = 0; layer < model.config.layers; layer++) {
    yield* visitAttention(model, workspace, layer, residual);
    yield* visitMlp(model, workspace, layer, wanted);
    residual = workspace.blocks[layer]!.residualPost;
  }
  layerNorm(model, workspace.final, residual, "ln_f");
}

function* visitAttention(model: Transformer, workspace: Workspace, layer: number, residual: Tensor): Generator<Visit> {
  const { kernels } = model;
  const block = workspace.blocks[layer]!;
  const at = (kind: SiteKind, activation: Tensor): Visit => [siteName(layer, kind), activation];
  yield at("hook_resid_pre", residual);
  layerNorm(model, block.normalised1, residual, `h.${layer}.ln_1`);
  linear(model, block.qkv, block.normalised1.out, `h.${layer}.attn.c_attn`);
  kernels.causalAttention(block.z, block.logSumExp, block.attended, workspace.dims);
  yield at("attn.hook_z", block.z);
  linear(model, block.attentionOut, block.z, `h.${layer}.attn.c_proj`);
  yield at("hook_attn_out", block.attentionOut);
  kernels.addScaled(block.residualMid, residual, block.attentionOut, 1);
  yield at("hook_resid_mid", block.residualMid);
}

function* visitMlp(
  model: Transformer,
  workspace: Workspace,
  layer: number,
  wanted: ReadonlySet<string>,
): Generator<Visit> {
  const { kernels, config } = model;
  const block = workspace.blocks[layer]!;
  const at = (kind: SiteKind, activation: Tensor): Visit => [siteName(layer, kind), activation];
  let input = block.residualMid;
  if (wanted.has(siteName(layer, "hook_mlp_in"))) {
    kernels.copy(workspace.mlpIn, input);
    input = workspace.mlpIn;
    yield at("hook_mlp_in", input);
  }
  layerNorm(model, block.normalised2, input, `h.${layer}.ln_2`);
  if (config.activation === "relu" && !wanted.has(siteName(layer, "mlp.hook_pre"))) {
    linear(model, block.post, block.normalised2.out, `h.${layer}.mlp.c_fc`, "relu");
  } else {
    linear(model, block.pre, block.normalised2.out, `h.${layer}.mlp.c_fc`);
    yield at("mlp.hook_pre", block.pre);
    kernels.activate(block.post, block.pre, config.activation);
  }
  yield at("mlp.hook_post", block.post);
  linear(model, block.mlpOut, block.post, `h.${layer}.mlp.c_proj`);
  yield at("hook_mlp_out", block.mlpOut);
  kernels.addScaled(block.residualPost, block.residualMid, block.mlpOut, 1);
  yield at("hook_resid_post", block.residualPost);
}

function linear(
  model: Transformer,
  out: Tensor,
  input: Tensor,
  name: string,
  epilogue: "none" | "relu" = "none",
): void {
  const bias = parameter(model.parameters, `${name}.bias`);
  model.kernels.gemm(out, input, parameter(model.parameters, `${name}.weight`), { bias, epilogue });
}

function layerNorm(model: Transformer, output: LayerNormOutput, x: Tensor, name: string): void {
  const gain = parameter(model.parameters, `${name}.weight`);
  const bias = parameter(model.parameters, `${name}.bias`);
  const { out, mean, inverseDeviation } = output;
  model.kernels.layerNorm(out, mean, inverseDeviation, x, gain, bias, model.config.layerNormEpsilon);
}
