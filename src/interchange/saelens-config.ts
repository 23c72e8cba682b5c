import { z } from "zod";
import { UserError } from "../numerics/user-error.ts";

/** What a SAELens directory says of its dictionary, in one form for all versions. */
export interface SaelensConfig {
  readonly architecture: "standard" | "topk" | "jumprelu";
  readonly width: number;
  readonly features: number;
  /** Active features per vector, for `topk`. */
  readonly k: number | undefined;
  /** Whether the largest are chosen by activation times decoder norm. */
  readonly rescaledByDecoderNorm: boolean;
  readonly subtractsDecoderBias: boolean;
  readonly site: string | undefined;
  readonly version: string;
}

const name = z.string().nullish();
const flag = z.boolean().nullish();

const fileSchema = z.looseObject({
  architecture: name,
  d_in: z.int().positive(),
  d_sae: z.int().positive(),
  k: z.number().positive().nullish(),
  activation_fn: name,
  activation_fn_str: name,
  activation_fn_kwargs: z.looseObject({ k: z.number().positive().nullish() }).nullish(),
  apply_b_dec_to_input: flag,
  rescale_acts_by_decoder_norm: flag,
  normalize_activations: z.union([z.string(), z.boolean()]).nullish(),
  reshape_activations: name,
  hook_name: name,
  hook_point: name,
  sae_lens_version: name,
  metadata: z.looseObject({ hook_name: name, sae_lens_version: name }).nullish(),
});

type ConfigFile = z.output<typeof fileSchema>;

/**
 * Reads `cfg.json`: nested metadata since version 6, flat before. Throws UserError on what a dictionary of features cannot
 * hold (gated ones, transcoders, per-vector normalisation, unfolded scaling), naming the field.
 */
export function parseSaelensConfig(value: unknown, where: string): SaelensConfig {
  const result = fileSchema.safeParse(value);
  if (!result.success) {
    const { path, message } = result.error.issues[0]!;
    throw new UserError(`${where}: ${path.join(".") || "the file"}: ${message}; wanted the cfg.json of SAELens`);
  }
  const file = result.data;
  const architecture = parseArchitecture(file, where);
  refuseNormalisation(file, where);
  return {
    architecture,
    width: file.d_in,
    features: file.d_sae,
    k: architecture === "topk" ? demandK(file, where) : undefined,
    rescaledByDecoderNorm: file.rescale_acts_by_decoder_norm ?? false,
    subtractsDecoderBias: file.apply_b_dec_to_input ?? true,
    site: file.metadata?.hook_name ?? file.hook_name ?? file.hook_point ?? undefined,
    version: file.metadata?.sae_lens_version ?? file.sae_lens_version ?? "before 6",
  };
}

function parseArchitecture(file: ConfigFile, where: string): SaelensConfig["architecture"] {
  const activation = file.activation_fn ?? file.activation_fn_str ?? "relu";
  const architecture = activation === "topk" ? "topk" : (file.architecture ?? "standard");
  if (architecture === "standard" && activation !== "relu")
    throw new UserError(`${where}: activation_fn is ${activation}, wanted relu or topk`);
  if (architecture === "standard" || architecture === "topk" || architecture === "jumprelu") return architecture;
  throw new UserError(`${where}: architecture is ${architecture}, wanted standard, topk or jumprelu`);
}

function refuseNormalisation(file: ConfigFile, where: string): void {
  const normalised = file.normalize_activations ?? "none";
  if (normalised !== "none" && normalised !== false)
    throw new UserError(
      `${where}: normalize_activations is ${normalised === true ? "expected_average_only_in" : normalised}, wanted none: fold the scaling into the weights first (fold_activation_norm_scaling_factor in SAELens), then export again`,
    );
  const reshaped = file.reshape_activations ?? "none";
  if (reshaped !== "none") throw new UserError(`${where}: reshape_activations is ${reshaped}, wanted none`);
}

function demandK(file: ConfigFile, where: string): number {
  const k = file.k ?? file.activation_fn_kwargs?.k;
  if (k && Number.isInteger(k)) return k;
  throw new UserError(`${where}: architecture topk without a whole number k, got ${JSON.stringify(k)}`);
}
