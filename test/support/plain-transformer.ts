import type { ModelConfig } from "../../src/model/config.ts";
import type { SiteKind } from "../../src/model/sites.ts";

// The model written out in plain loops over 64-bit numbers, with nothing of src/ but its types: what the kernels' results are held to.

/** Rows of numbers. */
export type Rows = number[][];

/** Parameters by GPT-2's names, numbers row by row. */
export type PlainParameters = ReadonlyMap<string, ArrayLike<number>>;

/** Changes a site's rows, which it may do in place. */
export type PlainHook = (layer: number, kind: SiteKind, rows: Rows) => void;

/** The logits [tokens][vocabulary] of one context. */
export function plainLogits(
  config: ModelConfig,
  parameters: PlainParameters,
  tokens: readonly number[],
  hook: PlainHook = () => {},
): Rows {
  const D = config.dModel;
  const [embeddings, positions] = [matrix(parameters, "wte.weight", D), matrix(parameters, "wpe.weight", D)];
  let residual = tokens.map((token, t) => embeddings[token]!.map((value, j) => value + positions[t]![j]!));
  for (let layer = 0; layer < config.layers; layer++) residual = block(config, parameters, layer, residual, hook);
  const unembedding = config.tiedEmbeddings ? embeddings : matrix(parameters, "lm_head.weight", D);
  const hidden = residual.map((row) => normalise(config, parameters, "ln_f", row));
  return hidden.map((row) => unembedding.map((weights) => dot(row, weights)));
}

/** log softmax of a row. */
export function plainLogSoftmax(logits: readonly number[]): number[] {
  const highest = Math.max(...logits);
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - highest), 0));
  return logits.map((logit) => logit - highest - total);
}

function block(config: ModelConfig, parameters: PlainParameters, layer: number, input: Rows, hook: PlainHook): Rows {
  const { dModel: D, heads, dMlp } = config;
  const linear = (name: string, rows: Rows, outputs: number) =>
    applyLinear(parameters, `h.${layer}.${name}`, rows, outputs);
  hook(layer, "hook_resid_pre", input);
  const qkv = linear(
    "attn.c_attn",
    input.map((row) => normalise(config, parameters, `h.${layer}.ln_1`, row)),
    3 * D,
  );
  const z = attend(qkv, D, heads);
  hook(layer, "attn.hook_z", z);
  const attentionOut = linear("attn.c_proj", z, D);
  hook(layer, "hook_attn_out", attentionOut);
  const middle = add(input, attentionOut);
  hook(layer, "hook_resid_mid", middle);
  const mlpIn = middle.map((row) => [...row]);
  hook(layer, "hook_mlp_in", mlpIn);
  const pre = linear(
    "mlp.c_fc",
    mlpIn.map((row) => normalise(config, parameters, `h.${layer}.ln_2`, row)),
    dMlp,
  );
  hook(layer, "mlp.hook_pre", pre);
  if (config.activation !== "relu") throw new Error("only relu is written out here");
  const post = pre.map((row) => row.map((value) => Math.max(0, value)));
  hook(layer, "mlp.hook_post", post);
  const mlpOut = linear("mlp.c_proj", post, D);
  hook(layer, "hook_mlp_out", mlpOut);
  const output = add(middle, mlpOut);
  hook(layer, "hook_resid_post", output);
  return output;
}

function attend(qkv: Rows, D: number, heads: number): Rows {
  const width = D / heads;
  const part = (row: readonly number[], which: number, head: number) =>
    row.slice(which * D + head * width, which * D + (head + 1) * width);
  return qkv.map((row, t) =>
    Array.from({ length: heads }, (_, head) => {
      const seen = qkv.slice(0, t + 1);
      const scores = seen.map((other) => dot(part(row, 0, head), part(other, 1, head)) / Math.sqrt(width));
      const weights = plainLogSoftmax(scores).map(Math.exp);
      return Array.from({ length: width }, (_value, j) =>
        dot(
          weights,
          seen.map((other) => part(other, 2, head)[j]!),
        ),
      );
    }).flat(),
  );
}

function normalise(config: ModelConfig, parameters: PlainParameters, name: string, row: readonly number[]): number[] {
  const mean = row.reduce((a, b) => a + b, 0) / row.length;
  const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
  const deviation = Math.sqrt(variance + config.layerNormEpsilon);
  const [gain, bias] = [parameters.get(`${name}.weight`)!, parameters.get(`${name}.bias`)!];
  return row.map((value, j) => (gain[j]! * (value - mean)) / deviation + bias[j]!);
}

function applyLinear(parameters: PlainParameters, name: string, rows: Rows, outputs: number): Rows {
  const weights = matrix(parameters, `${name}.weight`, outputs);
  const bias = parameters.get(`${name}.bias`)!;
  return rows.map((row) =>
    Array.from({ length: outputs }, (_, j) => row.reduce((sum, value, i) => sum + value * weights[i]![j]!, bias[j]!)),
  );
}

function matrix(parameters: PlainParameters, name: string, columns: number): Rows {
  const values = Array.from(parameters.get(name)!);
  return Array.from({ length: values.length / columns }, (_, i) => values.slice(i * columns, (i + 1) * columns));
}

function add(a: Rows, b: Rows): Rows {
  return a.map((row, i) => row.map((value, j) => value + b[i]![j]!));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
