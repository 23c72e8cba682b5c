import { UserError } from "../numerics/user-error.ts";
import { type ModelConfig, modelConfigSchema } from "./config.ts";

/** A model's config as Hugging Face's GPT-2 writes it. */
export function renderModelConfig(config: ModelConfig): object {
  return {
    architectures: ["GPT2LMHeadModel"],
    model_type: "gpt2",
    vocab_size: config.vocabularySize,
    n_positions: config.contextLength,
    n_embd: config.dModel,
    n_layer: config.layers,
    n_head: config.heads,
    n_inner: config.dMlp,
    activation_function: config.activation,
    layer_norm_epsilon: config.layerNormEpsilon,
    tie_word_embeddings: config.tiedEmbeddings,
    torch_dtype: "float32",
  };
}

/** The config in the parsed content of such a `config.json`; a `UserError` where it is none (`name` is the file). */
export function parseModelConfig(json: Readonly<Record<string, unknown>>, name: string): ModelConfig {
  const result = modelConfigSchema.safeParse({
    layers: json.n_layer,
    dModel: json.n_embd,
    heads: json.n_head,
    dMlp: json.n_inner,
    activation: json.activation_function,
    contextLength: json.n_positions,
    tiedEmbeddings: json.tie_word_embeddings,
    layerNormEpsilon: json.layer_norm_epsilon,
    vocabularySize: json.vocab_size,
  });
  if (!result.success) throw new UserError(`${name} is damaged: ${result.error.issues[0]?.message}`);
  return result.data;
}
